// Which lines of a log are on the screen, in which order: all, those that a filter left, without folded groups. Rows are
// what one scrolls by; a million of them must be found without a list of a million.

export interface RowMap {
  count: number;
  /** The line of a row. */
  lineOf: (row: number) => number;
  /** The row of a line; of one that is not shown, the next one that is. */
  rowOf: (line: number) => number;
}

/** The first index at which `test` holds, else `length`; it must hold from there on. */
export function firstWhere(length: number, test: (index: number) => boolean): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (test(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}

export const allRows = (lines: number): RowMap => ({
  count: lines,
  lineOf: (row) => row,
  rowOf: (line) => Math.max(0, Math.min(line, lines - 1)),
});

export const someRows = (lines: readonly number[]): RowMap => ({
  count: lines.length,
  lineOf: (row) => lines[row] ?? 0,
  rowOf: (line) =>
    Math.min(
      firstWhere(lines.length, (index) => (lines[index] ?? 0) >= line),
      Math.max(0, lines.length - 1),
    ),
});

export interface Range {
  start: number;
  /** Not of it. */
  end: number;
}

/** Ranges in order, put together where they touch. */
function merged(ranges: readonly Range[]): Range[] {
  const result: Range[] = [];
  for (const range of ranges.toSorted((a, b) => a.start - b.start)) {
    const last = result.at(-1);
    if (range.end <= range.start) continue;
    if (last && range.start <= last.end) last.end = Math.max(last.end, range.end);
    else result.push({ ...range });
  }
  return result;
}

/** All lines but those in `hidden`. */
export function rowsWithout(lines: number, hidden: readonly Range[]): RowMap {
  const ranges = merged(hidden).filter((range) => range.start < lines);
  if (ranges.length === 0) return allRows(lines);
  // Of each range, how many lines are hidden up to its end, and the row that comes after it.
  const before: number[] = [];
  let total = 0;
  for (const range of ranges) {
    total += Math.min(range.end, lines) - range.start;
    before.push(total);
  }
  const hiddenBefore = (index: number) => (index > 0 ? (before[index - 1] ?? 0) : 0);
  return {
    count: lines - total,
    lineOf: (row) => {
      // The ranges that begin at or before this row's line.
      const index = firstWhere(ranges.length, (each) => (ranges[each]?.start ?? 0) - hiddenBefore(each) > row);
      return row + hiddenBefore(index);
    },
    rowOf: (line) => {
      const index = firstWhere(ranges.length, (each) => (ranges[each]?.end ?? 0) > line);
      const range = ranges[index];
      const shown = range && range.start <= line ? range.start : line;
      return Math.max(0, Math.min(shown - hiddenBefore(index), lines - total - 1));
    },
  };
}

export interface Group {
  /** The line that opens it, and the one that closes it: lines - 1 where none does. */
  start: number;
  end: number;
  depth: number;
}

/** Groups from the lines that open and that close one, each in order. */
export function groupsOf(opens: readonly number[], closes: readonly number[], lines: number): Group[] {
  const groups: Group[] = [];
  const open: Group[] = [];
  let next = 0;
  for (const start of [...opens, lines]) {
    while (next < closes.length && (closes[next] ?? 0) < start) {
      const group = open.pop();
      if (group) group.end = closes[next] ?? group.end;
      next += 1;
    }
    if (start >= lines) break;
    const group = { start, end: lines - 1, depth: open.length };
    groups.push(group);
    open.push(group);
  }
  return groups;
}

/** What the folded groups hide: all but the line that opens each, which shows its name. */
export const hiddenBy = (groups: readonly Group[], is_folded: (group: Group) => boolean): Range[] =>
  groups.filter(is_folded).map((group) => ({ start: group.start + 1, end: group.end + 1 }));
