// The lines on the screen, of any number, each as high as it is. What stands still is not a height but a line: the anchor,
// the first that one sees. Small scrolls move it by pixels, large ones (the bar, Page Down held) by share (scroll_scale.ts);
// the bar is put where the anchor says once the hand is off it. With `stick`, the end stands still.
import { useEffect, useImperativeHandle, useLayoutEffect, useRef, useState, type ReactNode, type Ref } from 'react';
import { classes } from '../ui/classes';
import styles from './logs.module.css';
import type { RowMap } from './row_map';
import { ROW_HEIGHT, scaleOf } from './scroll_scale';
import { t } from './text';

const OVERSCAN = 20;
const SETTLED_MS = 140;

export interface LogListHandle {
  /** Puts the line near the middle. */
  show: (line: number) => void;
  scrollBy: (rows: number) => void;
  /** The first line that one sees. */
  topLine: () => number;
}

interface Anchor {
  line: number;
  /** Of the line's top from the viewport's, in pixels. */
  offset: number;
}

interface LogListProps {
  rows: RowMap;
  stick: boolean;
  onStick: (stick: boolean) => void;
  /** Rows that are drawn: [first, end). */
  onRange: (first: number, end: number) => void;
  wrap: boolean;
  row: (line: number, row: number) => ReactNode;
  ref?: Ref<LogListHandle>;
}

export function LogList({ rows, stick, onStick, onRange, wrap, row: draw, ref }: LogListProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const block = useRef<HTMLDivElement>(null);
  const [anchor, setAnchor] = useState<Anchor>({ line: 0, offset: 0 });
  const [viewport, setViewport] = useState(600);
  const moving = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  /** The scroll position that was last seen or set. */
  const last_top = useRef(0);
  const block_top = useRef(0);

  const { count } = rows;
  const scale = scaleOf(count, viewport);
  const shown = Math.ceil(viewport / ROW_HEIGHT);
  const anchor_row = stick ? Math.max(0, count - 1) : rows.rowOf(anchor.line);
  const first = Math.max(0, stick ? count - shown - OVERSCAN : anchor_row - OVERSCAN);
  const end = Math.min(count, stick ? count : anchor_row + shown + OVERSCAN);

  useEffect(() => {
    const node = scroller.current;
    if (!node) return undefined;
    const observer = new ResizeObserver(() => setViewport(Math.max(100, node.clientHeight)));
    observer.observe(node);
    return () => observer.disconnect();
  }, []);

  /** Puts block and bar where the anchor says. */
  const place = (is_settled: boolean) => {
    const bar = scroller.current;
    const lines = block.current;
    if (!bar || !lines) return;
    const height = lines.offsetHeight;
    const bottom = Math.max(scale.height, bar.clientHeight);
    const scrollTo = (top: number) => {
      if (Math.abs(bar.scrollTop - top) >= 1) bar.scrollTop = top;
      last_top.current = bar.scrollTop;
    };
    const put = (top: number) => {
      block_top.current = top;
      lines.style.top = `${top}px`;
    };
    const is_whole = first === 0 && end === count;
    const space = lines.parentElement;
    if (space) space.style.height = `${is_whole ? height : bottom}px`;
    if (is_whole && height <= bar.clientHeight) {
      put(0);
      scrollTo(0);
      return;
    }
    const total = is_whole ? height : bottom;
    if (stick) {
      put(total - height);
      scrollTo(total - bar.clientHeight);
      return;
    }
    const mark = lines.children[anchor_row - first];
    const above = mark instanceof HTMLElement ? mark.offsetTop : 0;
    const at_edge = bar.scrollTop <= 0 || bar.scrollTop >= total - bar.clientHeight - 1;
    if (is_whole) {
      put(0);
      scrollTo(above - anchor.offset);
      return;
    }
    if (is_settled || at_edge) scrollTo(scale.scrollAt(anchor_row - anchor.offset / ROW_HEIGHT));
    let top = bar.scrollTop + anchor.offset - above;
    // Neither above the first line nor below the last is anything.
    if (first === 0 && top > 0 && above <= anchor.offset) {
      scrollTo(0);
      top = 0;
    } else if (end === count && top + height < bar.scrollTop + bar.clientHeight) {
      scrollTo(total - bar.clientHeight);
      top = total - height;
    }
    put(top);
  };

  useLayoutEffect(() => place(moving.current === undefined));
  useEffect(() => {
    if (end > first) onRange(first, end);
  });

  /** The first row that one sees below `top`. */
  const seenAt = (top: number): Anchor => {
    const lines = [...(block.current?.children ?? [])] as HTMLElement[];
    const index = lines.findIndex((line) => block_top.current + line.offsetTop + line.offsetHeight > top);
    const line = lines[index];
    if (line && block_top.current + line.offsetTop <= top + ROW_HEIGHT)
      return { line: rows.lineOf(first + index), offset: block_top.current + line.offsetTop - top };
    // Beyond what is drawn: by the usual height.
    const from = line ? first : end;
    const edge = line ? block_top.current : block_top.current + (block.current?.offsetHeight ?? 0);
    const row = Math.max(0, Math.min(count - 1, from + Math.floor((top - edge) / ROW_HEIGHT)));
    return { line: rows.lineOf(row), offset: 0 };
  };

  const latest = useRef({ place, seenAt });
  latest.current = { place, seenAt };

  const onScroll = () => {
    const bar = scroller.current;
    if (!bar) return;
    const top = bar.scrollTop;
    const delta = top - last_top.current;
    if (Math.abs(delta) < 1) return;
    last_top.current = top;
    clearTimeout(moving.current);
    moving.current = setTimeout(() => {
      moving.current = undefined;
      latest.current.place(true);
    }, SETTLED_MS);
    const is_jump = Math.abs(delta) > 2 * viewport && !(first === 0 && end === count);
    const position = scale.rowAt(top);
    const row = Math.floor(position);
    const next = is_jump
      ? { line: rows.lineOf(Math.min(row, count - 1)), offset: -Math.round((position - row) * ROW_HEIGHT) }
      : seenAt(top);
    const height = block.current?.offsetHeight ?? 0;
    const at_end = end === count && block_top.current + height <= top + viewport + 2;
    if (delta < 0 && stick) onStick(false);
    else if (delta > 0 && (at_end || (is_jump && top >= scale.height - viewport - 1))) onStick(true);
    setAnchor(next);
  };

  useImperativeHandle(ref, () => ({
    show: (line) => {
      moving.current = undefined;
      setAnchor({ line, offset: Math.round(viewport / 3) });
    },
    scrollBy: (by) => scroller.current?.scrollBy(0, by * ROW_HEIGHT),
    topLine: () => seenAt(scroller.current?.scrollTop ?? 0).line,
  }));

  return (
    <div
      ref={scroller}
      className={styles.scroller}
      onScroll={onScroll}
      // The lines are scrolled by keyboard.
      tabIndex={0}
      role="group"
      aria-label={t('lines')}
    >
      <div className={styles.space}>
        <div ref={block} className={classes(styles.block, wrap && styles.wrap)} role="list">
          {Array.from({ length: Math.max(0, end - first) }, (_, at) => draw(rows.lineOf(first + at), first + at))}
        </div>
      </div>
    </div>
  );
}
