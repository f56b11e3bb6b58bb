// What was searched for: where one is among its lines, and the way to the next.
import { useState } from 'react';
import type { LogSearch } from './log_search';
import { firstWhere } from './row_map';

export interface Hits {
  /** From 1; 0: at none. */
  at: number;
  count: number;
  is_complete: boolean;
  line: number | undefined;
  /** The line of the next or the previous one, round the end. */
  move: (by: 1 | -1, from: number) => number | undefined;
}

export function useHits(search: LogSearch | undefined): Hits {
  const [line, setLine] = useState<number>();
  const matches = search?.matches ?? [];
  const count = matches.length;
  const index = line === undefined ? -1 : firstWhere(count, (each) => (matches[each] ?? 0) >= line);
  const is_on = index >= 0 && matches[index] === line;
  return {
    at: is_on ? index + 1 : 0,
    count,
    is_complete: search?.is_complete ?? true,
    line: is_on ? line : undefined,
    move: (by, from) => {
      if (count === 0) return undefined;
      const start = line ?? from - by;
      const next =
        by > 0
          ? firstWhere(count, (each) => (matches[each] ?? 0) > start)
          : firstWhere(count, (each) => (matches[each] ?? 0) >= start) - 1;
      const found = matches[(next + count) % count];
      setLine(found);
      return found;
    },
  };
}
