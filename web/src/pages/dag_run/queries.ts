// What the tabs of a run read beside its frame's queries (../dag/frame/queries.ts).
import { queryOptions } from '@tanstack/react-query';
import { request } from '../../api/client';
import type { Change } from '../../api/event_stream';
import { liveRun } from '../../api/live';

export interface TaskInstance {
  dag_id: string;
  dag_run_id: string;
  task_id: string;
  task_display_name: string;
  map_index: number;
  state: string | null;
  try_number: number;
  max_tries: number;
  start_date: string | null;
  end_date: string | null;
  duration: number | null;
  operator_name: string | null;
  pool: string;
  note: string | null;
}
export interface TaskInstances {
  task_instances: TaskInstance[];
  total_entries: number;
}

export interface TasksAsked {
  states: readonly string[];
  /** Part of the task's name. */
  name: string;
  order_by: string;
  limit: number;
  offset: number;
}

export const taskKeyOf = ({ task_id, map_index }: { task_id: string; map_index: number }): string =>
  `${task_id}\n${map_index}`;

/** States as events tell them, before the server is asked anew. */
export function patchTasks(data: TaskInstances, dag_id: string, dag_run_id: string, change: Change): TaskInstances {
  const told = new Map(
    change.task_instances
      .filter((task) => task.dag_id === dag_id && task.dag_run_id === dag_run_id)
      .map((task) => [taskKeyOf(task), task]),
  );
  if (told.size === 0) return data;
  const task_instances = data.task_instances.map((task) => {
    const news = told.get(taskKeyOf(task));
    if (!news) return task;
    const { state, try_number, start_date, end_date } = news;
    return { ...task, state, try_number, start_date, end_date };
  });
  return { ...data, task_instances };
}

export const tasksQuery = (dag_id: string, dag_run_id: string, asked: TasksAsked) =>
  queryOptions({
    queryKey: ['task_instances', dag_id, dag_run_id, asked],
    queryFn: ({ signal }) =>
      request<TaskInstances>('get', '/api/v2/dags/{dag_id}/dagRuns/{dag_run_id}/taskInstances', {
        path: { dag_id, dag_run_id },
        query: {
          state: asked.states,
          task_display_name_pattern: asked.name,
          order_by: asked.order_by,
          limit: asked.limit,
          offset: asked.offset,
        },
        signal,
      }),
    placeholderData: (before) => before,
    meta: liveRun(dag_id, dag_run_id, {
      patch: (data: TaskInstances, change) => patchTasks(data, dag_id, dag_run_id, change),
    }),
  });

export interface EventLog {
  event_log_id: number;
  when: string;
  dag_id: string | null;
  task_id: string | null;
  run_id: string | null;
  map_index: number | null;
  try_number: number | null;
  event: string;
  owner: string | null;
  extra: string | null;
}

export const eventsQuery = (dag_id: string, run_id: string, limit: number, offset: number) =>
  queryOptions({
    queryKey: ['event_logs', dag_id, run_id, limit, offset],
    queryFn: ({ signal }) =>
      request<{ event_logs: EventLog[]; total_entries: number }>('get', '/api/v2/eventLogs', {
        query: { dag_id, run_id, order_by: '-event_log_id', limit, offset },
        signal,
      }),
    meta: liveRun(dag_id, run_id),
  });
