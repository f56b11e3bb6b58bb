// A chart whose x axis is a list of things in order (runs) and whose y axis is a duration: axes, reading by pointer and keys, and the
// choice of a part by dragging. What is drawn in it comes from its children, which get the scales.
import { useId, useRef, useState, type KeyboardEvent, type PointerEvent, type ReactNode } from 'react';
import { durationOf } from '../../app/zones';
import styles from './charts.module.css';
import { durationTicks, linearScale, type Scale } from './scale';
import { useSize } from './use_size';

export interface PlotScales {
  /** The middle of a place on the x axis. */
  x: Scale;
  y: Scale;
  /** The width of a place. */
  band: number;
  bottom: number;
  /** The place that is read. */
  active: number | null;
}

export interface PlotProps {
  /** What the chart shows, for readers. */
  label: string;
  count: number;
  longest: number;
  height?: number;
  /** A line across, with its words. */
  mark?: { seconds: number; label: string } | null;
  /** Under the axis. */
  placeLabel: (place: number) => string;
  /** What is told of a place. */
  reading: (place: number) => string;
  onOpen?: (place: number) => void;
  /** From one place to another, both included. */
  onRange?: (from: number, to: number) => void;
  children: (scales: PlotScales) => ReactNode;
  hint?: string;
  small?: boolean;
}

const TICK_GLYPH = 6.4;
const TOP = 12;
const BOTTOM = 24;
const PLACE_LABEL_WIDTH = 110;
const LEAST_DRAG = 6;

export function Plot(props: PlotProps) {
  const {
    label,
    count,
    longest,
    height = 200,
    mark,
    placeLabel,
    reading,
    onOpen,
    onRange,
    children,
    hint,
    small,
  } = props;
  const frame = useRef<HTMLDivElement>(null);
  const { width } = useSize(frame);
  const [active, setActive] = useState<number | null>(null);
  const [drag, setDrag] = useState<{ from: number; to: number } | null>(null);
  const start = useRef<number | null>(null);
  const clip = useId();

  const bottom = height - BOTTOM;
  const ticks = durationTicks(Math.max(longest, mark?.seconds ?? 0), small ? 2 : 4);
  const left = Math.max(...ticks.map((tick) => durationOf(tick).length)) * TICK_GLYPH + 12;
  const right = Math.max(left + 1, width - 8);
  const band = (right - left) / Math.max(1, count);
  const y = linearScale(0, ticks.at(-1) ?? 1, bottom, TOP);
  const x: Scale = (place) => left + band * (place + 0.5);
  const every = Math.max(1, Math.ceil(PLACE_LABEL_WIDTH / band));

  const placeAt = (event: PointerEvent<HTMLElement>) => {
    const at = event.clientX - event.currentTarget.getBoundingClientRect().left;
    return Math.min(count - 1, Math.max(0, Math.floor((at - left) / band)));
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const at = active ?? count - 1;
    const to = { ArrowLeft: at - 1, ArrowDown: at - 1, ArrowRight: at + 1, ArrowUp: at + 1, Home: 0, End: count - 1 }[
      event.key
    ];
    if (to !== undefined) setActive(Math.min(count - 1, Math.max(0, to)));
    else if (event.key === 'Enter' && onOpen !== undefined) onOpen(at);
    else return;
    event.preventDefault();
  };
  const shown = Math.min(active ?? count - 1, count - 1);
  return (
    <div className={styles.plot}>
      <div
        ref={frame}
        className={styles.frame}
        style={{ height }}
        role="slider"
        tabIndex={0}
        aria-label={label}
        aria-valuemin={1}
        aria-valuemax={count}
        aria-valuenow={shown + 1}
        aria-valuetext={reading(shown)}
        onKeyDown={onKeyDown}
        onBlur={() => setActive(null)}
        onFocus={() => setActive((before) => before ?? count - 1)}
        onPointerDown={(event) => {
          if (event.button === 0 && event.pointerType !== 'touch') start.current = event.clientX;
        }}
        onPointerMove={(event) => {
          const place = placeAt(event);
          setActive(place);
          if (start.current === null || onRange === undefined || Math.abs(event.clientX - start.current) < LEAST_DRAG)
            return;
          event.currentTarget.setPointerCapture(event.pointerId);
          const from = Math.floor((start.current - event.currentTarget.getBoundingClientRect().left - left) / band);
          setDrag({ from: Math.max(0, Math.min(from, place)), to: Math.min(count - 1, Math.max(from, place)) });
        }}
        onPointerUp={(event) => {
          start.current = null;
          if (drag === null) onOpen?.(placeAt(event));
          else {
            setDrag(null);
            onRange?.(drag.from, drag.to);
          }
        }}
        onPointerCancel={() => {
          start.current = null;
          setDrag(null);
        }}
        onPointerLeave={() => drag === null && setActive(null)}
      >
        <svg width={width} height={height} aria-hidden>
          <clipPath id={clip}>
            <rect x={left} y={0} width={right - left} height={bottom} />
          </clipPath>
          {ticks.map((tick) => (
            <g key={tick} className={styles.grid}>
              <line x1={left} x2={right} y1={y(tick)} y2={y(tick)} />
              <text x={left - 6} y={y(tick)}>
                {durationOf(tick)}
              </text>
            </g>
          ))}
          {active !== null && active < count && (
            <rect className={styles.active} x={x(active) - band / 2} width={band} y={TOP} height={bottom - TOP} />
          )}
          {drag !== null && (
            <rect
              className={styles.drag}
              x={x(drag.from) - band / 2}
              width={band * (drag.to - drag.from + 1)}
              y={TOP}
              height={bottom - TOP}
            />
          )}
          <g clipPath={`url(#${clip})`}>{width > 0 && children({ x, y, band, bottom, active })}</g>
          {mark != null && (
            <g className={styles.mark}>
              <line x1={left} x2={right} y1={y(mark.seconds)} y2={y(mark.seconds)} />
              <text x={right} y={y(mark.seconds) - 4}>
                {mark.label}
              </text>
            </g>
          )}
          {Array.from({ length: Math.ceil(count / every) }, (_, i) => i * every).map((place) => (
            <text key={place} className={styles.place} x={x(place) - band / 2} y={height - 6}>
              {placeLabel(place)}
            </text>
          ))}
        </svg>
      </div>
      <p className={styles.reading} aria-hidden>
        {active === null || active >= count ? (hint ?? '') : reading(active)}
      </p>
    </div>
  );
}
