// Which runs the grid shows, in the address.
import { useMemo } from 'react';
import { useSearch } from '../../../app/navigation';

export const RUN_COUNTS = [10, 25, 50, 100, 250, 500] as const;
const DEFAULT_COUNT = 25;
const KEPT = 'gale.grid.runs';

export interface GridFilters {
  limit: number;
  state: string[];
  run_type: string[];
  /** ISO 8601; runs due until then. */
  run_after_lte: string | undefined;
}

function keptCount(): number {
  try {
    return Number(localStorage.getItem(KEPT)) || DEFAULT_COUNT;
  } catch {
    return DEFAULT_COUNT;
  }
}

/** How many runs one likes to see is remembered; a link that says it wins. */
export function keepCount(limit: number): void {
  try {
    localStorage.setItem(KEPT, String(limit));
  } catch {
    // Forbidden storage: the address has it.
  }
}

function countFrom(text: string | undefined, fallback: number): number {
  const asked = Number(text ?? fallback);
  return (RUN_COUNTS as readonly number[]).includes(asked) ? asked : DEFAULT_COUNT;
}

export function useGridFilters(): GridFilters {
  const search = useSearch();
  return useMemo(
    () => ({
      limit: countFrom(search.get('runs'), keptCount()),
      state: search.all('run_state'),
      run_type: search.all('run_type'),
      run_after_lte: search.get('until'),
    }),
    [search],
  );
}

export const isFiltered = (filters: GridFilters): boolean =>
  filters.state.length + filters.run_type.length > 0 || filters.run_after_lte !== undefined;
