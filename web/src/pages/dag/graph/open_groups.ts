// Which groups are open, in the address: nothing for the usual, else `open=` with all that are.
import { useMemo } from 'react';
import { useSearch } from '../../../app/navigation';
import type { Structure } from './structure';
import { groupsOf } from './visible_graph';

/** More tasks than this are easier to grasp folded. */
const MOST_OPEN_TASKS = 120;
const NONE = '-';
const ALL = '*';

export interface OpenGroups {
  open: ReadonlySet<string>;
  /** All groups of the DAG. */
  groups: string[];
  toggle: (group_id: string) => void;
  openThese: (group_ids: readonly string[]) => void;
  openAll: () => void;
  foldAll: () => void;
}

export function openFrom(value: readonly string[], groups: readonly string[], task_count: number): Set<string> {
  if (value.length === 0) return new Set(task_count <= MOST_OPEN_TASKS ? groups : []);
  if (value.includes(ALL)) return new Set(groups);
  return new Set(groups.filter((group_id) => value.includes(group_id)));
}

export function toSearch(open: ReadonlySet<string>, groups: readonly string[]): string[] {
  if (open.size === 0) return [NONE];
  return open.size === groups.length ? [ALL] : groups.filter((group_id) => open.has(group_id));
}

export function useOpenGroups(structure: Structure): OpenGroups {
  const search = useSearch();
  const groups = useMemo(() => [...groupsOf(structure.root).keys()], [structure]);
  const value = JSON.stringify(search.all('open'));
  const open = useMemo(
    () => openFrom(JSON.parse(value) as string[], groups, Object.keys(structure.tasks).length),
    [value, groups, structure],
  );
  const set = (next: ReadonlySet<string>) => search.set({ open: toSearch(next, groups) });
  return {
    open,
    groups,
    toggle: (group_id) => {
      const next = new Set(open);
      if (!next.delete(group_id)) next.add(group_id);
      set(next);
    },
    openThese: (group_ids) => set(new Set([...open, ...group_ids])),
    openAll: () => set(new Set(groups)),
    foldAll: () => set(new Set()),
  };
}
