// The grid itself: names at the left, runs above, cells on a canvas. It scrolls as one; what is seen is drawn.
//
// For the keyboard and for readers it is a grid with one tab stop: the active place is told by aria-activedescendant,
// whose row and cell are in the document, unseen.
import {
  useCallback,
  useEffect,
  useId,
  useLayoutEffect,
  useRef,
  useState,
  type KeyboardEvent,
  type MouseEvent,
  type PointerEvent,
} from 'react';
import { useSize } from '../../../ui/charts/use_size';
import type { GridRun } from '../queries';
import { COLUMN, HEAD, moved, placeAt, ROW, scrollTo, seen, type Place, type View } from './geometry';
import { nameOfPlace } from './place_name';
import { Names } from './names';
import { useMarks } from './use_marks';
import { paint } from './paint';
import type { GridRow } from './rows';
import styles from './grid.module.css';
import { t } from './text';

export interface StageProps {
  rows: readonly GridRow[];
  /** Oldest first. */
  runs: readonly GridRun[];
  selected: Place | undefined;
  onSelect: (place: Place) => void;
  onOpen: (place: Place) => void;
  onToggle: (group_id: string) => void;
  /** What the pointer or the keyboard is at; the point is within the window. */
  onHover: (place: Place | undefined, point: { x: number; y: number }) => void;
}

const WIDE_NAMES = 260;
const NARROW_NAMES = 132;
const NARROW = 560;

export function Stage({ rows, runs, selected, onSelect, onOpen, onToggle, onHover }: StageProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const size = useSize(scroller);
  const [scroll, setScroll] = useState({ left: 0, top: 0 });
  const [hovered, setHovered] = useState<Place>();
  const [active, setActive] = useState<Place>({ row: -1, column: runs.length - 1 });
  const [has_focus, setFocus] = useState(false);
  const names = size.width < NARROW ? NARROW_NAMES : WIDE_NAMES;
  const width = Math.max(0, size.width - names);
  const height = Math.max(0, size.height - HEAD);
  const counts = { rows: rows.length, columns: runs.length };
  const view: View = { scroll_left: scroll.left, scroll_top: scroll.top, width, height };
  // Rows fold and runs go: the active place stays within what there is.
  const place = { row: Math.min(active.row, rows.length - 1), column: Math.min(active.column, runs.length - 1) };

  const marks = useMarks();

  // The newest runs are at the right end, where one starts; and stays, when there are more.
  const at_end = useRef(true);
  const whole = names + runs.length * COLUMN;
  useLayoutEffect(() => {
    const box = scroller.current;
    if (box && at_end.current) box.scrollLeft = box.scrollWidth;
  }, [whole, size.width]);

  useEffect(() => {
    const frame = requestAnimationFrame(() => {
      const element = canvas.current;
      const context = element?.getContext('2d');
      if (!element || !context) return;
      const ratio = devicePixelRatio;
      const [wide, high] = [Math.round(width * ratio), Math.round((HEAD + height) * ratio)];
      if (element.width !== wide || element.height !== high) [element.width, element.height] = [wide, high];
      context.setTransform(ratio, 0, 0, ratio, 0, 0);
      paint(context, {
        rows,
        runs,
        view,
        ...marks,
        hovered,
        active: has_focus ? place : undefined,
        selected,
        now: Date.now(),
      });
    });
    return () => cancelAnimationFrame(frame);
  });

  const onScroll = useCallback(() => {
    const box = scroller.current;
    if (!box) return;
    at_end.current = box.scrollLeft >= box.scrollWidth - box.clientWidth - 2;
    setScroll({ left: box.scrollLeft, top: box.scrollTop });
    setHovered(undefined);
  }, []);

  const pointOf = (to: Place) => {
    const box = scroller.current?.getBoundingClientRect();
    return {
      x: (box?.left ?? 0) + names + (to.column + 1) * COLUMN - view.scroll_left,
      y: (box?.top ?? 0) + HEAD + to.row * ROW - view.scroll_top,
    };
  };
  const reveal = (to: Place) => {
    const box = scroller.current;
    if (!box) return;
    if (to.row >= 0) box.scrollTop = scrollTo(box.scrollTop, height, to.row * ROW, ROW);
    if (to.column >= 0) box.scrollLeft = scrollTo(box.scrollLeft, width, to.column * COLUMN, COLUMN);
  };
  const press = (to: Place) => {
    setActive(to);
    const row = rows[to.row];
    if (to.column < 0 && row?.kind === 'group') onToggle(row.id);
    else onSelect(to.column < 0 ? { row: to.row, column: selected?.column ?? runs.length - 1 } : to);
  };
  const at = (event: MouseEvent) => {
    const box = scroller.current?.getBoundingClientRect();
    return box && placeAt(event.clientX - box.left, event.clientY - box.top, view, names, counts);
  };

  const onKeyDown = (event: KeyboardEvent) => {
    const row = rows[place.row];
    const group = place.column < 0 && row?.kind === 'group' ? row : undefined;
    const folds = group && event.key === (group.is_open ? 'ArrowLeft' : 'ArrowRight');
    const to = moved(event.key, event.ctrlKey, place, counts, Math.max(1, Math.floor(height / ROW) - 1));
    if (group && (folds || event.key === 'Enter' || event.key === ' ')) onToggle(group.id);
    else if (event.key === 'Enter') onOpen(place.column < 0 ? { ...place, column: runs.length - 1 } : place);
    else if (event.key === ' ') press(place);
    else if (to) {
      setActive(to);
      reveal(to);
      onHover(to, pointOf(to));
    } else return;
    event.preventDefault();
  };
  const onPointerMove = (event: PointerEvent) => {
    if (event.pointerType === 'touch') return;
    const to = at(event);
    if (to?.row === hovered?.row && to?.column === hovered?.column) return;
    setHovered(to);
    onHover(to, { x: event.clientX, y: event.clientY });
  };
  const leave = () => {
    setHovered(undefined);
    onHover(undefined, { x: 0, y: 0 });
  };
  const how_to = useId();
  const [first_row, end_row] = seen(scroll.top, height, ROW, rows.length);
  const active_id = `grid-${place.row}-${place.column}`;
  const own = nameOfPlace(place, rows, runs);

  return (
    <>
      <p id={how_to} className="visually-hidden">
        {t('how_to')}
      </p>
      <div
        ref={scroller}
        className={styles.scroller}
        role="grid"
        tabIndex={0}
        aria-label={t('label')}
        aria-describedby={how_to}
        aria-rowcount={rows.length + 1}
        aria-colcount={runs.length + 1}
        aria-activedescendant={active_id}
        style={{ height: `${HEAD + rows.length * ROW + 16}px` }}
        onScroll={onScroll}
        onKeyDown={onKeyDown}
        onPointerMove={onPointerMove}
        onPointerLeave={leave}
        onFocus={() => setFocus(true)}
        onBlur={() => {
          setFocus(false);
          leave();
        }}
        onClick={(event) => {
          const to = at(event);
          if (to) press(to);
        }}
        onDoubleClick={(event) => {
          const to = at(event);
          if (to && to.column >= 0) onOpen(to);
        }}
      >
        <div
          className={styles.space}
          role="presentation"
          style={{ width: `${whole}px`, height: `${HEAD + rows.length * ROW}px` }}
        >
          <div
            className={styles.stage}
            style={{ width: `${size.width}px`, height: `${size.height}px` }}
            role="presentation"
          >
            <div className={styles.left} style={{ width: `${names}px` }} role="presentation">
              <div
                className={styles.names}
                style={{ transform: `translateY(${-(scroll.top - first_row * ROW)}px)` }}
                aria-hidden
              >
                <Names rows={rows} from={first_row} to={end_row} hovered={hovered?.row} selected={selected?.row} />
              </div>
            </div>
            <canvas
              ref={canvas}
              aria-hidden
              className={styles.canvas}
              style={{ left: `${names}px`, width: `${width}px`, height: `${HEAD + height}px` }}
            />
            <div className="visually-hidden" role="row" aria-rowindex={place.row + 2} key={active_id}>
              {place.row >= 0 && place.column >= 0 && (
                <div role="rowheader" aria-colindex={1}>
                  {rows[place.row]?.label}
                </div>
              )}
              <div
                id={active_id}
                role={place.row < 0 ? 'columnheader' : place.column < 0 ? 'rowheader' : 'gridcell'}
                aria-colindex={place.column + 2}
                aria-selected={place.row === selected?.row && place.column === selected.column}
                {...(place.column < 0 && rows[place.row]?.kind === 'group'
                  ? { 'aria-expanded': rows[place.row]?.is_open }
                  : {})}
              >
                {own}
              </div>
            </div>
          </div>
        </div>
      </div>
    </>
  );
}
