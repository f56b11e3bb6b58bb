// What the lists of the administration share: their state in the address, and Airflow's bulk operations.
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { request } from '../../api/client';
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

interface BulkPart {
  success: string[];
  errors: { error: string; status_code?: number }[];
}
export type BulkAnswer = Partial<Record<'create' | 'update' | 'delete', BulkPart | null>>;
export type OnExistence = 'fail' | 'skip' | 'overwrite';

export const bulkDelete = (path: string, entities: readonly string[]): Promise<BulkAnswer> =>
  request<BulkAnswer>('patch', path, {
    body: { actions: [{ action: 'delete', entities, action_on_non_existence: 'skip' }] },
  });

export const bulkCreate = (path: string, entities: readonly object[], existing: OnExistence): Promise<BulkAnswer> =>
  request<BulkAnswer>('patch', path, {
    body: { actions: [{ action: 'create', entities, action_on_existence: existing }] },
  });

/** What was done, and the sentences about what was not. */
export function outcomeOf(answer: BulkAnswer): { success: string[]; errors: string[] } {
  const parts = Object.values(answer).filter((part) => part !== null && part !== undefined);
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

/** All of a list that comes in pages. */
export async function readAll<Row>(path: string, member: string, query: Record<string, string> = {}): Promise<Row[]> {
  const rows: Row[] = [];
  for (;;) {
    // oxlint-disable-next-line no-await-in-loop -- each page begins where the last ended
    const page = await request<Record<string, unknown> & { total_entries: number }>('get', path, {
      query: { ...query, limit: 100, offset: rows.length },
    });
    const part = page[member] as Row[];
    rows.push(...part);
    if (part.length === 0 || rows.length >= page.total_entries) return rows;
  }
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
