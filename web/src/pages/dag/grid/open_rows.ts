// Which groups are open: in the address, else as one left them, else open where that is not too much.
import { useMemo } from 'react';
import { useSearch } from '../../../app/navigation';
import { openFrom, toSearch } from '../graph/open_groups';
import type { Grid } from '../queries';
import { groupIdsOf } from './rows';

const keyOf = (dag_id: string) => `gale.grid.open.${dag_id}`;

function kept(dag_id: string): string[] {
  try {
    return JSON.parse(localStorage.getItem(keyOf(dag_id)) ?? '[]') as string[];
  } catch {
    return [];
  }
}

export interface OpenRows {
  open: ReadonlySet<string>;
  groups: readonly string[];
  toggle: (group_id: string) => void;
  set: (open: ReadonlySet<string>) => void;
}

export function useOpenRows(dag_id: string, grid: Grid | undefined): OpenRows {
  const search = useSearch();
  const root = grid?.root;
  const task_count = grid?.tasks.length ?? 0;
  const groups = useMemo(() => (root ? groupIdsOf(root) : []), [root]);
  const asked = JSON.stringify(search.all('open'));
  const open = useMemo(() => {
    const in_address = JSON.parse(asked) as string[];
    return openFrom(in_address.length > 0 ? in_address : kept(dag_id), groups, task_count);
  }, [asked, dag_id, groups, task_count]);
  const set = (next: ReadonlySet<string>) => {
    const value = toSearch(next, groups);
    try {
      localStorage.setItem(keyOf(dag_id), JSON.stringify(value));
    } catch {
      // Forbidden storage: the address has it.
    }
    search.set({ open: value });
  };
  const toggle = (group_id: string) => {
    const next = new Set(open);
    if (!next.delete(group_id)) next.add(group_id);
    set(next);
  };
  return { open, groups, toggle, set };
}
