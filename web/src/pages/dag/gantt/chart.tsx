// The Gantt chart: names at the left, a bar for each try, a line for now. Rows out of view are not rendered.
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useMemo, useRef, useState, type KeyboardEvent, type PointerEvent } from 'react';
import { language } from '../../../i18n/text';
import { zone, zoneNameOf } from '../../../app/zones';
import { formatTick, timeTicks } from '../../../ui/charts/time_axis';
import { useSize } from '../../../ui/charts/use_size';
import styles from './gantt.module.css';
import { percent } from './range';
import { RowView } from './row';
import { t } from './text';
import type { Row, Span } from './tries';

export interface ChartProps {
  dag_id: string;
  dag_run_id: string;
  rows: Row[];
  range: Span;
  now: number;
  is_going: boolean;
  /** Keys of the tries on the critical path. */
  path: string[];
  onToggle: (row_id: string) => void;
  onZoom: (factor: number, anchor: number) => void;
  onPan: (share: number) => void;
  onRange: (range: Span) => void;
}

const ROW_HEIGHT = 28;
const TICK_WIDTH = 90;
const LEAST_DRAG = 6;

/** Wheel with Ctrl zooms where the pointer is, with Shift moves in time; alone it scrolls the rows. */
function useWheel(plot: React.RefObject<HTMLElement | null>, { onZoom, onPan }: ChartProps) {
  const latest = useRef({ onZoom, onPan });
  latest.current = { onZoom, onPan };
  useEffect(() => {
    const element = plot.current;
    if (element === null) return undefined;
    const onWheel = (event: WheelEvent) => {
      const sideways = event.shiftKey ? event.deltaY || event.deltaX : event.deltaX;
      const { left, width } = element.getBoundingClientRect();
      if (event.ctrlKey || event.metaKey) {
        const anchor = Math.min(1, Math.max(0, (event.clientX - left) / width));
        latest.current.onZoom(Math.exp(event.deltaY * 0.0025), anchor);
      } else if (Math.abs(sideways) > Math.abs(event.shiftKey ? 0 : event.deltaY))
        latest.current.onPan(sideways / width);
      else return;
      event.preventDefault();
    };
    element.addEventListener('wheel', onWheel, { passive: false });
    return () => element.removeEventListener('wheel', onWheel);
  }, [plot]);
}

/** Dragging over the plot marks a stretch of time, which is then shown alone. */
function useDrag({ range, onRange }: ChartProps) {
  const [drag, setDrag] = useState<{ from: number; to: number } | null>(null);
  const shareAt = (event: PointerEvent<HTMLElement>) => {
    const { left, width } = event.currentTarget.getBoundingClientRect();
    return Math.min(1, Math.max(0, (event.clientX - left) / width));
  };
  const start = useRef<{ share: number; x: number } | null>(null);
  return {
    drag,
    handlers: {
      onPointerDown: (event: PointerEvent<HTMLElement>) => {
        if (event.button === 0 && event.pointerType !== 'touch')
          start.current = { share: shareAt(event), x: event.clientX };
      },
      onPointerMove: (event: PointerEvent<HTMLElement>) => {
        if (start.current === null || Math.abs(event.clientX - start.current.x) < LEAST_DRAG) return;
        event.currentTarget.setPointerCapture(event.pointerId);
        const share = shareAt(event);
        setDrag({ from: Math.min(share, start.current.share), to: Math.max(share, start.current.share) });
      },
      onPointerUp: () => {
        start.current = null;
        if (drag === null) return;
        setDrag(null);
        const length = range.to - range.from;
        onRange({ from: range.from + length * drag.from, to: range.from + length * drag.to });
      },
      onPointerCancel: () => {
        start.current = null;
        setDrag(null);
      },
    },
  };
}

export function Chart(props: ChartProps) {
  const { rows, range, now, is_going, path, onToggle } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const plot = useRef<HTMLDivElement>(null);
  const { width } = useSize(plot);
  const on_path = useMemo(() => new Set(path), [path]);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 10,
    getItemKey: (i) => rows[i]?.id ?? i,
  });
  useWheel(plot, props);
  const { drag, handlers } = useDrag(props);

  const [picked, setCurrent] = useState<string | null>(null);
  const at = Math.max(
    0,
    rows.findIndex((row) => row.id === picked),
  );
  const focusRow = (index: number) => {
    const row = rows[index];
    if (row === undefined) return;
    setCurrent(row.id);
    const find = () =>
      scroller.current?.querySelector<HTMLElement>(`[data-row="${CSS.escape(row.id)}"] [data-name]`) ?? null;
    // At once where it can be: the next key may come before the next frame.
    const there = find();
    if (there !== null) there.focus();
    else {
      virtual.scrollToIndex(index);
      requestAnimationFrame(() => find()?.focus());
    }
  };
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const target = event.target instanceof HTMLElement ? event.target : null;
    const row = rows[at];
    const stops = [...(target?.closest('[data-row]')?.querySelectorAll<HTMLElement>('[data-name],[data-try]') ?? [])];
    const stop = target === null ? -1 : stops.indexOf(target);
    if (event.key === 'ArrowDown') focusRow(at + 1);
    else if (event.key === 'ArrowUp') focusRow(at - 1);
    else if (event.key === 'Home') focusRow(0);
    else if (event.key === 'End') focusRow(rows.length - 1);
    else if (event.key === 'ArrowRight' && row?.is_open === false && stop === 0) onToggle(row.id);
    else if (event.key === 'ArrowLeft' && row?.is_open === true && stop === 0) onToggle(row.id);
    else if (event.key === 'ArrowRight') stops[stop + 1]?.focus();
    else if (event.key === 'ArrowLeft') stops[stop - 1]?.focus();
    else return;
    event.preventDefault();
  };

  const ticks = timeTicks(range.from, range.to, Math.max(2, Math.floor(width / TICK_WIDTH)), zone());
  return (
    <div className={styles.chart} ref={scroller} data-gantt>
      <div className={styles.axis}>
        <span className={styles.zone}>{zoneNameOf(new Date(range.from))}</span>
        <div className={styles.plot} ref={plot} {...handlers} title={t('axis_hint')}>
          {ticks.map((tick) => (
            <span key={tick.at} className={styles.tick} style={{ left: `${percent(tick.at, range)}%` }}>
              {formatTick(tick, zone(), language())}
            </span>
          ))}
        </div>
      </div>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- the keys of the links in it */}
      <div
        className={styles.rows}
        style={{ height: virtual.getTotalSize() }}
        role="list"
        aria-label={t('rows')}
        onKeyDown={onKeyDown}
      >
        <div className={styles.lines} aria-hidden>
          {ticks.map((tick) => (
            <i key={tick.at} style={{ left: `${percent(tick.at, range)}%` }} />
          ))}
          {is_going && now >= range.from && now <= range.to && (
            <i className={styles.now} style={{ left: `${percent(now, range)}%` }} />
          )}
          {drag !== null && <b style={{ left: `${drag.from * 100}%`, width: `${(drag.to - drag.from) * 100}%` }} />}
        </div>
        {virtual.getVirtualItems().map((item) => {
          const row = rows[item.index];
          return (
            row !== undefined && (
              <RowView
                key={item.key}
                row={row}
                top={item.start}
                height={item.size}
                position={item.index + 1}
                count={rows.length}
                is_current={item.index === at}
                on_path={on_path}
                onFocus={() => setCurrent(row.id)}
                drag={handlers}
                {...props}
              />
            )
          );
        })}
      </div>
    </div>
  );
}
