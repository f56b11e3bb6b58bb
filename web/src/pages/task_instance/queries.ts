// What the page of a task instance reads, and which events make it read that anew.
import { queryOptions, useQuery } from '@tanstack/react-query';
import { call, type Schemas } from '../../api/client';
import { liveRun, liveTask } from '../../api/live';
import {
  liveTaskOf,
  taskAddress,
  taskQuery,
  TASKS,
  tasksQuery,
  type TaskInstance,
  type TaskKey,
} from '../../api/queries/task_instance';
import { readAll } from '../../api/read_all';
import { useParams } from '../../app/navigation';

export type TaskTry = Schemas['TaskInstanceHistoryResponse'];
export type XComEntry = Schemas['XComResponse'];
export type TryReason = Schemas['TryReasons']['tries'][number];

/** The task instance of the address. */
export function useTaskKey(): TaskKey {
  const { dag_id = '', dag_run_id = '', task_id = '', map_index } = useParams();
  return { dag_id, dag_run_id, task_id, map_index: map_index === undefined ? -1 : Number(map_index) };
}

export const triesQuery = (key: TaskKey) =>
  queryOptions({
    queryKey: ['task_instance', key, 'tries'],
    queryFn: ({ signal }) => call('get', `${taskAddress(key)}/tries`, { path: { ...key }, signal }),
    meta: liveTaskOf(key),
    select: (page) => page.task_instances.toSorted((a, b) => a.try_number - b.try_number),
  });

/** Why tries ended as they did. */
export const reasonsQuery = (key: TaskKey) =>
  queryOptions({
    queryKey: ['task_instance', key, 'reasons'],
    queryFn: ({ signal }) =>
      call('get', '/gale/dags/{dag_id}/dagRuns/{dag_run_id}/taskInstances/{task_id}/{map_index}/reasons', {
        path: { ...key },
        signal,
      }),
    meta: liveTaskOf(key),
    select: (answer) => answer.tries,
  });

const MOST_TASKS = 2000;

/** All instances of the run: the page's neighbours and dependencies. */
export const allTasksQuery = (dag_id: string, dag_run_id: string) =>
  queryOptions({
    queryKey: ['task_instances', dag_id, dag_run_id, 'all'],
    queryFn: ({ signal }) =>
      readAll(async (query) => {
        const page = await call('get', TASKS, { path: { dag_id, dag_run_id }, query, signal });
        return [page.task_instances, page.total_entries];
      }, MOST_TASKS),
    meta: liveRun(dag_id, dag_run_id),
  });

export const siblingsQuery = ({ dag_id, dag_run_id, task_id }: TaskKey, offset: number, limit: number, state: string) =>
  tasksQuery(
    dag_id,
    dag_run_id,
    { task_id, offset, limit, state, order_by: 'map_index' },
    liveTask(dag_id, dag_run_id, task_id),
  );

/** How long the task usually takes: the middle one of its last successes. */
export const usualQuery = ({ dag_id, task_id }: TaskKey) =>
  queryOptions({
    queryKey: ['usual_seconds', dag_id, task_id],
    queryFn: async ({ signal }) => {
      const page = await call('get', TASKS, {
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
      const index = await call('get', `${log}/index`, { path, signal });
      if (index.first_error === null) return null;
      const page = await call('get', `${log}/lines`, {
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
      call('get', `${TASKS}/{task_id}/xcomEntries`, {
        path: { ...key },
        query: { map_index: key.map_index, limit: 100 },
        signal,
      }),
    meta: liveTaskOf(key),
  });

export const xcomQuery = (key: TaskKey, xcom_key: string) =>
  queryOptions({
    queryKey: ['xcoms', key, xcom_key],
    queryFn: ({ signal }) =>
      call('get', `${TASKS}/{task_id}/xcomEntries/{xcom_key}`, {
        path: { ...key, xcom_key },
        query: { map_index: key.map_index },
        signal,
      }),
    meta: liveTaskOf(key),
  });

export const linksQuery = (key: TaskKey) =>
  queryOptions({
    queryKey: ['extra_links', key],
    queryFn: ({ signal }) =>
      call('get', `${TASKS}/{task_id}/links`, {
        path: { ...key },
        query: { map_index: key.map_index },
        signal,
      }),
    meta: liveTaskOf(key),
    retry: false,
  });

/** The run before or after that of the task, by their order in time; undefined: there is none. */
export async function neighbourRun(task: TaskInstance, by: -1 | 1): Promise<string | undefined> {
  const { dag_id, dag_run_id, run_after } = task;
  const range =
    by < 0 ? { run_after_lte: run_after, order_by: '-run_after' } : { run_after_gte: run_after, order_by: 'run_after' };
  const page = await call('get', '/api/v2/dags/{dag_id}/dagRuns', {
    path: { dag_id },
    query: { ...range, limit: 10 },
  });
  return page.dag_runs.find((run) => run.dag_run_id !== dag_run_id)?.dag_run_id;
}

export const useTask = () => useQuery(taskQuery(useTaskKey()));
