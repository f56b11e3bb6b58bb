// One task instance, and lists of them.
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { call, type Schemas } from '../client';
import { liveTask, type Live } from '../live';

export type TaskInstance = Schemas['TaskInstanceResponse'];
export type TaskInstances = Schemas['TaskInstanceCollectionResponse'];

/** Not mapped: map_index -1. */
export type TaskKey = Pick<TaskInstance, 'dag_id' | 'dag_run_id' | 'task_id' | 'map_index'>;

const TASK = '/api/v2/dags/{dag_id}/dagRuns/{dag_run_id}/taskInstances/{task_id}';
/** Airflow addresses what is not mapped without an index. */
export const taskAddress = ({ map_index }: TaskKey) => (map_index < 0 ? TASK : (`${TASK}/{map_index}` as const));

export const liveTaskOf = ({ dag_id, dag_run_id, task_id, map_index }: TaskKey) =>
  liveTask(dag_id, dag_run_id, task_id, map_index < 0 ? undefined : map_index);

export const taskQuery = (key: TaskKey) =>
  queryOptions({
    queryKey: ['task_instance', key],
    queryFn: ({ signal }) => call('get', taskAddress(key), { path: { ...key }, signal }),
    meta: liveTaskOf(key),
  });

export const TASKS = '/api/v2/dags/{dag_id}/dagRuns/{dag_run_id}/taskInstances';

interface TasksAsked {
  task_id?: string;
  task_display_name_pattern?: string;
  state?: string | readonly string[];
  pool?: string;
  order_by?: string;
  limit: number;
  offset: number;
}

/** A page of a list; '~' stands for every DAG or run. */
export const tasksQuery = (dag_id: string, dag_run_id: string, query: TasksAsked, meta: { live: Live }) =>
  queryOptions({
    queryKey: ['task_instances', dag_id, dag_run_id, query],
    queryFn: ({ signal }) => call('get', TASKS, { path: { dag_id, dag_run_id }, query, signal }),
    placeholderData: keepPreviousData,
    meta,
  });
