// What the views Graph, Gantt, Calendar, Charts and Code read, and which events make them read it anew.
import { queryOptions } from '@tanstack/react-query';
import { request } from '../../api/client';
import { liveDag, liveRun, liveRuns } from '../../api/live';
import type { CalendarAnswer, Granularity } from './calendar/days';
import type { Durations } from './charts/durations';
import type { Try } from './gantt/tries';
import type { Structure, StructureGroup } from './graph/structure';
import { patchStates } from './graph/task_states';

/** `GET /gale/dags/{dag_id}/grid`. */
export interface Grid {
  root: StructureGroup;
  tasks: { task_id: string; display_name: string; operator_name: string; is_mapped: boolean }[];
  runs: GridRun[];
  total_entries: number;
}

export interface GridRun {
  dag_run_id: string;
  state: string;
  run_type: string;
  run_after: string;
  logical_date: string | null;
  queued_at: string | null;
  start_date: string | null;
  end_date: string | null;
  note: string | null;
  version_number: number | null;
  conf_is_empty: boolean;
  states: string;
  mapped: Record<string, Record<string, number>>;
}

const NEVER_OLD = Infinity;

/** A version's structure never changes; the newest's does when the DAG's file does. */
export const structureQuery = (dag_id: string, version_number: number | null) =>
  queryOptions({
    queryKey: ['structure', dag_id, version_number],
    queryFn: ({ signal }) =>
      request<Structure>('get', '/gale/dags/{dag_id}/structure', {
        path: { dag_id },
        query: { version_number },
        signal,
      }),
    ...(version_number === null
      ? { meta: { live: { touches: (change) => change.dags.some((dag) => dag.dag_id === dag_id) } } }
      : { staleTime: NEVER_OLD }),
  });

export interface StatesAsked {
  limit: number;
  dag_run_id?: string | undefined;
}

/** The newest runs' states, or one run's. */
export const statesQuery = (dag_id: string, { limit, dag_run_id }: StatesAsked) =>
  queryOptions({
    queryKey: ['states', dag_id, limit, dag_run_id ?? null],
    queryFn: ({ signal }) =>
      request<Grid>('get', '/gale/dags/{dag_id}/grid', { path: { dag_id }, query: { limit, dag_run_id }, signal }),
    meta: liveDag(dag_id, { patch: (grid: Grid, change) => patchStates(grid, dag_id, change) }),
  });

export const ganttQuery = (dag_id: string, dag_run_id: string) =>
  queryOptions({
    queryKey: ['gantt', dag_id, dag_run_id],
    queryFn: ({ signal }) =>
      request<{ tries: Try[] }>('get', '/gale/dags/{dag_id}/dagRuns/{dag_run_id}/gantt', {
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
      request<CalendarAnswer>('get', '/gale/dags/{dag_id}/calendar', { path: { dag_id }, query: { ...asked }, signal }),
    meta: liveOfDag(dag_id),
  });

export const durationsQuery = (dag_id: string, limit: number) =>
  queryOptions({
    queryKey: ['durations', dag_id, limit],
    queryFn: ({ signal }) =>
      request<Durations>('get', '/gale/dags/{dag_id}/durations', { path: { dag_id }, query: { limit }, signal }),
    meta: liveOfDag(dag_id),
  });

/** Runs of the DAG that begin, end or go; not each state of each task. */
function liveOfDag(dag_id: string) {
  return liveRuns({
    touches: (change) =>
      change.dag_runs.some((run) => run.dag_id === dag_id) || change.deleted.some((gone) => gone.dag_id === dag_id),
  });
}

export interface DagSource {
  content: string | null;
  dag_id: string;
  version_number: number | null;
}

export const sourceQuery = (dag_id: string, version_number: number | null) =>
  queryOptions({
    queryKey: ['source', dag_id, version_number],
    queryFn: ({ signal }) =>
      request<DagSource>('get', '/api/v2/dagSources/{dag_id}', { path: { dag_id }, query: { version_number }, signal }),
    staleTime: version_number === null ? 0 : NEVER_OLD,
  });

export interface DagVersions {
  dag_versions: { id: string; version_number: number; dag_id: string; created_at: string }[];
  total_entries: number;
}

const MOST_VERSIONS = 100;

/** Newest first. */
export const versionsQuery = (dag_id: string) =>
  queryOptions({
    queryKey: ['versions', dag_id],
    queryFn: ({ signal }) =>
      request<DagVersions>('get', '/api/v2/dags/{dag_id}/dagVersions', {
        path: { dag_id },
        query: { limit: MOST_VERSIONS, order_by: '-version_number' },
        signal,
      }),
    meta: { live: { touches: (change) => change.dags.some((dag) => dag.dag_id === dag_id) } },
  });
