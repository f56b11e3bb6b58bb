// What the lists of the administration share: their state in the address, and Airflow's bulk operations.
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { call, type Schemas } from '../../api/client';
import { Failure } from '../../api/failure';
import { useSearch } from '../../app/navigation';
import type { Selection } from '../../ui/table';

export const PAGE_ROWS = 50;

/** Search text, order and page, kept in the address. */
export function useList(default_order: string) {
  const search = useSearch();
  const q = search.get('q') ?? '';
  const order_by = search.get('order_by') ?? default_order;
  const offset = Math.max(0, Number(search.get('offset') ?? 0) || 0);
  return {
    search,
    q,
    order_by,
    offset,
    setQ: (text: string) => search.set({ q: text, offset: null }),
    setFilter: (change: Record<string, string | null>) => search.set({ ...change, offset: null }),
    setOrder: (order: string) => search.set({ order_by: order === default_order ? null : order, offset: null }),
    setOffset: (next: number) => search.set({ offset: next || null }, { push: true }),
    query: { limit: PAGE_ROWS, offset, order_by },
  };
}

const NONE: ReadonlySet<string> = new Set();
/** Chosen rows; those that are not on the page any more are let go. */
export function useSelection(keys: readonly string[] | undefined) {
  const [selected, setSelected] = useState(NONE);
  useEffect(() => {
    if (!keys) return;
    setSelected((before) => {
      const kept = [...before].filter((key) => keys.includes(key));
      return kept.length === before.size ? before : new Set(kept);
    });
  }, [keys]);
  const selection: Selection = { selected, onChange: setSelected };
  return { selected, selection, clear: () => setSelected(NONE) };
}

export type BulkAnswer = Schemas['BulkResponse'];
export type OnExistence = 'fail' | 'skip' | 'overwrite';

type BulkPath = '/api/v2/connections' | '/api/v2/pools' | '/api/v2/variables';

/** Throws a Failure that says of each why it is still there. */
export async function bulkDelete(path: BulkPath, names: readonly string[]): Promise<void> {
  const action = { action: 'delete' as const, entities: [...names], action_on_non_existence: 'skip' as const };
  const { errors } = outcomeOf(await call('patch', path, { body: { actions: [action] } }));
  if (errors.length > 0) throw new Failure(409, errors);
}

/** What was done, and the sentences about what was not. */
export function outcomeOf(answer: BulkAnswer): { success: string[]; errors: string[] } {
  const parts = Object.values(answer).filter((part) => part !== null);
  return {
    success: parts.flatMap((part) => part.success),
    errors: parts.flatMap((part) => part.errors.map(({ error }) => error)),
  };
}

/** Reads the lists anew after a change of ours. */
export function useRefresh(...names: string[]) {
  const client = useQueryClient();
  return () => Promise.all(names.map((name) => client.invalidateQueries({ queryKey: [name] })));
}

/** Gives the browser a file to keep. */
export function download(name: string, text: string, type = 'application/json'): void {
  const url = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 1000);
}
