// What the page of a task instance reads, and which events make it read that anew.
import { queryOptions, useQuery } from '@tanstack/react-query';
import { request } from '../../api/client';
import { liveRun, liveTask } from '../../api/live';
import { useParams } from '../../app/navigation';
import type { LogIndex, LogLines } from '../../logs/log_api';

export interface TaskKey {
  dag_id: string;
  dag_run_id: string;
  task_id: string;
  /** -1: not mapped. */
  map_index: number;
}

export interface TaskInstance extends TaskKey {
  id: string;
  state: string | null;
  try_number: number;
  max_tries: number;
  start_date: string | null;
  end_date: string | null;
  duration: number | null;
  queued_when: string | null;
  scheduled_when: string | null;
  task_display_name: string;
  dag_display_name: string;
  operator: string | null;
  operator_name: string | null;
  pool: string;
  pool_slots: number;
  queue: string | null;
  priority_weight: number | null;
  hostname: string | null;
  pid: number | null;
  note: string | null;
  rendered_map_index: string | null;
  rendered_fields?: Record<string, unknown>;
  run_after: string;
  logical_date: string | null;
  [name: string]: unknown;
}
interface TaskInstances {
  task_instances: TaskInstance[];
  total_entries: number;
}
export interface XComEntry {
  key: string;
  timestamp: string;
  map_index: number;
  value?: unknown;
}
export interface EventLog {
  event_log_id: number;
  when: string;
  event: string;
  owner: string | null;
  task_id: string | null;
  run_id: string | null;
  map_index: number | null;
  try_number: number | null;
  extra: string | null;
}

/** The task instance of the address. */
export function useTaskKey(): TaskKey {
  const { dag_id = '', dag_run_id = '', task_id = '', map_index } = useParams();
  return { dag_id, dag_run_id, task_id, map_index: map_index === undefined ? -1 : Number(map_index) };
}

const RUN = '/api/v2/dags/{dag_id}/dagRuns/{dag_run_id}';
const TASK = `${RUN}/taskInstances/{task_id}`;
/** Airflow addresses what is not mapped without an index. */
export const taskUrl = ({ map_index }: TaskKey, rest = ''): string =>
  (map_index < 0 ? TASK : `${TASK}/{map_index}`) + rest;
const live = ({ dag_id, dag_run_id, task_id, map_index }: TaskKey) =>
  liveTask(dag_id, dag_run_id, task_id, map_index < 0 ? undefined : map_index);

export const taskQuery = (key: TaskKey) =>
  queryOptions({
    queryKey: ['task_instance', key],
    queryFn: ({ signal }) => request<TaskInstance>('get', taskUrl(key), { path: { ...key }, signal }),
    meta: live(key),
  });

export const triesQuery = (key: TaskKey) =>
  queryOptions({
    queryKey: ['task_instance', key, 'tries'],
    queryFn: ({ signal }) => request<TaskInstances>('get', taskUrl(key, '/tries'), { path: { ...key }, signal }),
    meta: live(key),
    select: (page) => page.task_instances.toSorted((a, b) => a.try_number - b.try_number),
  });

export interface TryReason {
  try_number: number;
  reason: string | null;
}
/** Why tries ended as they did. */
export const reasonsQuery = (key: TaskKey) =>
  queryOptions({
    queryKey: ['task_instance', key, 'reasons'],
    queryFn: ({ signal }) =>
      request<{ tries: TryReason[] }>(
        'get',
        '/gale/dags/{dag_id}/dagRuns/{dag_run_id}/taskInstances/{task_id}/{map_index}/reasons',
        { path: { ...key }, signal },
      ),
    meta: live(key),
    select: (answer) => answer.tries,
  });

/** All instances of the run, by pages; the page's neighbours and dependencies. */
export const runTasksQuery = (dag_id: string, dag_run_id: string) =>
  queryOptions({
    queryKey: ['run_tasks', dag_id, dag_run_id],
    queryFn: async ({ signal }) => {
      const all: TaskInstance[] = [];
      for (;;) {
        const page = await request<TaskInstances>('get', `${RUN}/taskInstances`, {
          path: { dag_id, dag_run_id },
          query: { limit: 100, offset: all.length },
          signal,
        });
        all.push(...page.task_instances);
        if (page.task_instances.length === 0 || all.length >= Math.min(page.total_entries, MOST_TASKS)) return all;
      }
    },
    meta: liveRun(dag_id, dag_run_id),
  });
const MOST_TASKS = 2000;

export const siblingsQuery = ({ dag_id, dag_run_id, task_id }: TaskKey, offset: number, limit: number, state: string) =>
  queryOptions({
    queryKey: ['siblings', dag_id, dag_run_id, task_id, offset, limit, state],
    queryFn: ({ signal }) =>
      request<TaskInstances>('get', `${RUN}/taskInstances`, {
        path: { dag_id, dag_run_id },
        query: { task_id, offset, limit, state, order_by: 'map_index' },
        signal,
      }),
    meta: liveTask(dag_id, dag_run_id, task_id),
  });

export interface Waiting {
  run: string | null;
  task_instances: { task_id: string; map_index: number; state: string | null; reason: string }[];
  usual_seconds: number | null;
}
export const waitingQuery = (dag_id: string, dag_run_id: string) =>
  queryOptions({
    queryKey: ['waiting', dag_id, dag_run_id],
    queryFn: ({ signal }) =>
      request<Waiting>('get', '/gale/dags/{dag_id}/dagRuns/{dag_run_id}/waiting', {
        path: { dag_id, dag_run_id },
        signal,
      }),
    meta: liveRun(dag_id, dag_run_id),
  });

/** How long the task usually takes: the middle one of its last successes. */
export const usualQuery = ({ dag_id, task_id }: TaskKey) =>
  queryOptions({
    queryKey: ['usual_seconds', dag_id, task_id],
    queryFn: async ({ signal }) => {
      const page = await request<TaskInstances>('get', `${RUN}/taskInstances`, {
        path: { dag_id, dag_run_id: '~' },
        query: { task_id, state: 'success', limit: 20, order_by: '-start_date' },
        signal,
      });
      const all = page.task_instances.flatMap(({ duration }) => duration ?? []).toSorted((a, b) => a - b);
      return all.length > 1 ? (all[Math.floor(all.length / 2)] ?? null) : null;
    },
    staleTime: 60_000,
  });

/** The first line of the try's log that is an error: what most look for. */
export const firstErrorQuery = (key: TaskKey, try_number: number) =>
  queryOptions({
    queryKey: ['first_error', key, try_number],
    queryFn: async ({ signal }) => {
      const log = '/gale/dags/{dag_id}/dagRuns/{dag_run_id}/taskInstances/{task_id}/{map_index}/logs/{try_number}';
      const path = { ...key, try_number };
      const index = await request<LogIndex>('get', `${log}/index`, { path, signal });
      if (index.first_error === null) return null;
      const page = await request<LogLines>('get', `${log}/lines`, {
        path,
        query: { from: index.first_error, count: 1 },
        signal,
      });
      const line = page.lines[0];
      return line ? { number: index.first_error, line } : null;
    },
    retry: false,
  });

export const xcomsQuery = (key: TaskKey) =>
  queryOptions({
    queryKey: ['xcoms', key],
    queryFn: ({ signal }) =>
      request<{ xcom_entries: XComEntry[]; total_entries: number }>('get', `${TASK}/xcomEntries`, {
        path: { ...key },
        query: { map_index: key.map_index, limit: 100 },
        signal,
      }),
    meta: live(key),
  });

export const xcomQuery = (key: TaskKey, xcom_key: string) =>
  queryOptions({
    queryKey: ['xcoms', key, xcom_key],
    queryFn: ({ signal }) =>
      request<XComEntry>('get', `${TASK}/xcomEntries/{xcom_key}`, {
        path: { ...key, xcom_key },
        query: { map_index: key.map_index },
        signal,
      }),
    meta: live(key),
  });

export const eventsQuery = ({ dag_id, dag_run_id, task_id, map_index }: TaskKey, offset: number, limit: number) =>
  queryOptions({
    queryKey: ['events', dag_id, dag_run_id, task_id, map_index, offset],
    queryFn: ({ signal }) =>
      request<{ event_logs: EventLog[]; total_entries: number }>('get', '/api/v2/eventLogs', {
        query: { dag_id, run_id: dag_run_id, task_id, offset, limit, order_by: '-when' },
        signal,
      }),
    meta: liveTask(dag_id, dag_run_id, task_id),
  });

export const linksQuery = (key: TaskKey) =>
  queryOptions({
    queryKey: ['extra_links', key],
    queryFn: ({ signal }) =>
      request<{ extra_links: Record<string, string | null>; total_entries: number }>('get', `${TASK}/links`, {
        path: { ...key },
        query: { map_index: key.map_index },
        signal,
      }),
    meta: live(key),
    retry: false,
  });

/** The run before or after that of the task, by their order in time; undefined: there is none. */
export async function neighbourRun(task: TaskInstance, by: -1 | 1): Promise<string | undefined> {
  const { dag_id, dag_run_id, run_after } = task;
  const range =
    by < 0 ? { run_after_lte: run_after, order_by: '-run_after' } : { run_after_gte: run_after, order_by: 'run_after' };
  const page = await request<{ dag_runs: { dag_run_id: string }[] }>('get', '/api/v2/dags/{dag_id}/dagRuns', {
    path: { dag_id },
    query: { ...range, limit: 10 },
  });
  return page.dag_runs.find((run) => run.dag_run_id !== dag_run_id)?.dag_run_id;
}

export const useTask = () => useQuery(taskQuery(useTaskKey()));
