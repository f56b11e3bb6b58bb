// What the views Graph, Gantt, Calendar, Charts and Code read, and which events make them read it anew.
import { queryOptions } from '@tanstack/react-query';
import { call, type Schemas } from '../../api/client';
import { liveDag, liveRun, liveRuns } from '../../api/live';
import type { Granularity } from './calendar/days';
import type { Change } from '../../api/event_stream';
import { patchGrid } from './grid/live_grid';

export type Grid = Schemas['Grid'];
export type GridRun = Schemas['GridRun'];

const NEVER_OLD = Infinity;

/** A version's structure never changes; the newest's does when the DAG's file does. */
export const structureQuery = (dag_id: string, version_number: number | null) =>
  queryOptions({
    queryKey: ['structure', dag_id, version_number],
    queryFn: ({ signal }) =>
      call('get', '/gale/dags/{dag_id}/structure', {
        path: { dag_id },
        query: { version_number },
        signal,
      }),
    ...(version_number === null
      ? { meta: { live: { touches: (change) => change.dags.some((dag) => dag.dag_id === dag_id) } } }
      : { staleTime: NEVER_OLD }),
  });

export interface GridAsked {
  limit: number;
  state?: string[];
  run_type?: string[];
  run_after_lte?: string | undefined;
  dag_run_id?: string | undefined;
}

export const readGrid = (dag_id: string, query: GridAsked, signal?: AbortSignal) =>
  call('get', '/gale/dags/{dag_id}/grid', { path: { dag_id }, query, signal });

const patch = (dag_id: string) => (grid: Grid, change: Change) => patchGrid(grid, dag_id, change);

/** The newest runs' states, or one run's. */
export const statesQuery = (dag_id: string, asked: GridAsked) =>
  queryOptions({
    queryKey: ['states', dag_id, asked],
    queryFn: ({ signal }) => readGrid(dag_id, asked, signal),
    meta: liveDag(dag_id, { patch: patch(dag_id) }),
  });

/** The same for hundreds of runs: never read anew as a whole, but run by run (grid/use_grid.ts). */
export const gridQuery = (dag_id: string, asked: GridAsked) =>
  queryOptions({
    queryKey: ['grid', dag_id, asked],
    queryFn: ({ signal }) => readGrid(dag_id, asked, signal),
    meta: liveDag(dag_id, { patch: patch(dag_id), refetch: false }),
  });

export const ganttQuery = (dag_id: string, dag_run_id: string) =>
  queryOptions({
    queryKey: ['gantt', dag_id, dag_run_id],
    queryFn: ({ signal }) =>
      call('get', '/gale/dags/{dag_id}/dagRuns/{dag_run_id}/gantt', {
        path: { dag_id, dag_run_id },
        signal,
      }),
    meta: liveRun(dag_id, dag_run_id),
  });

export interface CalendarAsked {
  /** Times that the days lie between. */
  start: string;
  end: string;
  granularity: Granularity;
  timezone: string;
}

export const calendarQuery = (dag_id: string, asked: CalendarAsked) =>
  queryOptions({
    queryKey: ['calendar', dag_id, asked],
    queryFn: ({ signal }) =>
      call('get', '/gale/dags/{dag_id}/calendar', { path: { dag_id }, query: { ...asked }, signal }),
    meta: liveOfDag(dag_id),
  });

export const durationsQuery = (dag_id: string, limit: number) =>
  queryOptions({
    queryKey: ['durations', dag_id, limit],
    queryFn: ({ signal }) =>
      call('get', '/gale/dags/{dag_id}/durations', { path: { dag_id }, query: { limit }, signal }),
    meta: liveOfDag(dag_id),
  });

/** Runs of the DAG that begin, end or go; not each state of each task. */
function liveOfDag(dag_id: string) {
  return liveRuns({
    touches: (change) =>
      change.dag_runs.some((run) => run.dag_id === dag_id) || change.deleted.some((gone) => gone.dag_id === dag_id),
  });
}

export const sourceQuery = (dag_id: string, version_number: number | null) =>
  queryOptions({
    queryKey: ['source', dag_id, version_number],
    queryFn: ({ signal }) =>
      call('get', '/api/v2/dagSources/{dag_id}', { path: { dag_id }, query: { version_number }, signal }),
    staleTime: version_number === null ? 0 : NEVER_OLD,
  });

export type DagVersions = Schemas['DAGVersionCollectionResponse'];

const MOST_VERSIONS = 100;

/** Newest first. */
export const versionsQuery = (dag_id: string) =>
  queryOptions({
    queryKey: ['versions', dag_id],
    queryFn: ({ signal }) =>
      call('get', '/api/v2/dags/{dag_id}/dagVersions', {
        path: { dag_id },
        query: { limit: MOST_VERSIONS, order_by: '-version_number' },
        signal,
      }),
    meta: { live: { touches: (change) => change.dags.some((dag) => dag.dag_id === dag_id) } },
  });
