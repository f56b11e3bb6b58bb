// Where things lie in the grid, in CSS pixels. Rows and columns are 24 px: as large as a target has to be.
export const ROW = 24;
export const COLUMN = 24;
export const CELL = 18;
/** The head: times, bars, kinds of run. */
export const HEAD = 96;
export const TIMES = 16;
export const BARS = 58;

/** A place in the grid: row -1 is the head, column -1 the tasks' names. */
export interface Place {
  row: number;
  column: number;
}

export interface View {
  scroll_left: number;
  scroll_top: number;
  /** Of the part with cells, without names and head. */
  width: number;
  height: number;
}

/** First and one past the last that are seen, at least partly. */
export function seen(scroll: number, length: number, pitch: number, count: number): [from: number, to: number] {
  const from = Math.max(0, Math.min(count, Math.floor(scroll / pitch)));
  return [from, Math.max(from, Math.min(count, Math.ceil((scroll + length) / pitch)))];
}

/** What is at a point of the stage; undefined: nothing. */
export function placeAt(
  x: number,
  y: number,
  view: View,
  names: number,
  counts: { rows: number; columns: number },
): Place | undefined {
  const column = x < names ? -1 : Math.floor((x - names + view.scroll_left) / COLUMN);
  const row = y < HEAD ? -1 : Math.floor((y - HEAD + view.scroll_top) / ROW);
  if (column >= counts.columns || row >= counts.rows || (row < 0 && column < 0)) return undefined;
  return { row, column };
}

/** How far to scroll so that [start, start + pitch) is seen. */
export function scrollTo(scroll: number, length: number, start: number, pitch: number): number {
  if (start < scroll) return start;
  return Math.max(scroll, start + pitch - length);
}

const within = (value: number, most: number) => Math.max(-1, Math.min(most, value));

/** Where a key leads from a place; undefined: nowhere, the key is not the grid's. */
export function moved(
  key: string,
  far: boolean,
  from: Place,
  counts: { rows: number; columns: number },
  page: number,
): Place | undefined {
  const last = { row: counts.rows - 1, column: counts.columns - 1 };
  const to = (row: number, column: number): Place => {
    const place = { row: within(row, last.row), column: within(column, last.column) };
    // The corner is empty.
    if (place.row < 0 && place.column < 0) return from;
    return place;
  };
  switch (key) {
    case 'ArrowUp':
      return to(from.row - 1, from.column);
    case 'ArrowDown':
      return to(from.row + 1, from.column);
    case 'ArrowLeft':
      return to(from.row, from.column - 1);
    case 'ArrowRight':
      return to(from.row, from.column + 1);
    case 'Home':
      return to(far ? 0 : from.row, from.row < 0 ? 0 : -1);
    case 'End':
      return to(far ? last.row : from.row, last.column);
    case 'PageUp':
      return to(Math.max(0, from.row - page), from.column);
    case 'PageDown':
      return to(from.row + page, from.column);
    default:
      return undefined;
  }
}
