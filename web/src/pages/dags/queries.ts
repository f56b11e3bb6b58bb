// The list in pages: those that one sees are read, and kept up to date by the event stream.
import { queryOptions, useQueries, useQuery, useQueryClient, type QueryClient } from '@tanstack/react-query';
import { useCallback, useRef, useState } from 'react';
import { call } from '../../api/client';
import type { Failure } from '../../api/failure';
import type { Change } from '../../api/event_stream';
import { liveOther } from '../../api/live';
import { patchPage, RUNS_SHOWN, type Dag, type DagPage } from './dag';
import { queryOf, type Filters } from './filters';

const PAGE = 100;

/** What a patch cannot tell: who else now fits the filter, and when the next run is. */
const touches = (change: Change) =>
  change.dag_runs.length > 0 ||
  change.dags.length > 0 ||
  change.deleted.length > 0 ||
  change.others.includes('favorites');

const pageQuery = (filters: Filters, page: number) =>
  queryOptions({
    queryKey: ['dags', 'list', filters, page],
    queryFn: ({ signal }) =>
      call('get', '/gale/dags', {
        query: { ...queryOf(filters), limit: PAGE, offset: page * PAGE, runs_limit: RUNS_SHOWN },
        signal,
      }),
    staleTime: 0,
    meta: { live: { touches, patch: patchPage } },
  });

export interface DagList {
  /** As long as the whole list; undefined: not read yet. */
  rows: (Dag | undefined)[];
  total: number;
  error: Failure | null;
  /** Nothing has been read yet. */
  pending: boolean;
  retry: () => void;
  onRange: (from: number, to: number) => void;
}

const NONE: DagPage = { dags: [], total_entries: 0 };

export function useDagList(filters: Filters): DagList {
  const [range, setRange] = useState<readonly [first: number, last: number]>([0, 0]);
  const pages = Array.from({ length: range[1] - range[0] + 1 }, (_, at) => range[0] + at);
  const results = useQueries({ queries: pages.map((page) => pageQuery(filters, page)) });
  const shown = useRef<{ rows: (Dag | undefined)[]; total: number }>({ rows: [], total: 0 });
  const key = JSON.stringify(filters);
  const shown_key = useRef('');

  const read = results.filter((result) => result.data !== undefined);
  // While another filter's answer is on its way, what was there stays: nothing flickers.
  if (read.length > 0) {
    const total = (read[0]?.data ?? NONE).total_entries;
    const rows: (Dag | undefined)[] =
      shown_key.current === key ? shown.current.rows.slice(0, total) : Array.from({ length: total });
    while (rows.length < total) rows.push(undefined);
    results.forEach((result, at) => {
      result.data?.dags.forEach((dag, index) => {
        const place = (pages[at] ?? 0) * PAGE + index;
        if (place < total) rows[place] = dag;
      });
    });
    shown.current = { rows, total };
    shown_key.current = key;
  }
  const onRange = useCallback((from: number, to: number) => {
    const wanted = [Math.floor(from / PAGE), Math.floor(Math.max(from, to - 1) / PAGE)] as const;
    setRange((before) => (before[0] === wanted[0] && before[1] === wanted[1] ? before : wanted));
  }, []);
  return {
    ...shown.current,
    error: results.find((result) => result.error)?.error ?? null,
    pending: read.length === 0 && shown_key.current === '',
    retry: () => results.forEach((result) => void result.refetch()),
    onRange,
  };
}

/** Every DAG that fits, read page by page. */
export async function allDags(client: QueryClient, filters: Filters): Promise<Dag[]> {
  const found: Dag[] = [];
  for (let page = 0; ; ++page) {
    const { dags, total_entries } = await client.fetchQuery({ ...pageQuery(filters, page), staleTime: 5000 });
    found.push(...dags);
    if (found.length >= total_entries || dags.length === 0) return found;
  }
}

export const useTags = () =>
  useQuery({
    queryKey: ['dag_tags'],
    queryFn: ({ signal }) => call('get', '/api/v2/dagTags', { query: { limit: 100 }, signal }),
  });

/** Changes one DAG in every list that has it, before the server has answered. */
export function useDagPatch() {
  const client = useQueryClient();
  return (dag_id: string, change: Partial<Dag>) =>
    client.setQueriesData<DagPage>(
      { queryKey: ['dags', 'list'] },
      (page) =>
        page && { ...page, dags: page.dags.map((dag) => (dag.dag_id === dag_id ? { ...dag, ...change } : dag)) },
    );
}
export const useImportErrorCount = () =>
  useQuery({
    queryKey: ['import_errors', 'count'],
    queryFn: ({ signal }) => call('get', '/api/v2/importErrors', { query: { limit: 1 }, signal }),
    meta: liveOther('import_errors'),
    select: (page) => page.total_entries,
  });
