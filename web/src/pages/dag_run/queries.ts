// The tasks of a run, as its tab asks for them.
import type { Change } from '../../api/event_stream';
import { liveRun } from '../../api/live';
import { tasksQuery, type TaskInstances } from '../../api/queries/task_instance';

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

export const runTasksQuery = (dag_id: string, dag_run_id: string, { states, name, ...page }: TasksAsked) =>
  tasksQuery(
    dag_id,
    dag_run_id,
    { state: states, task_display_name_pattern: name, ...page },
    liveRun(dag_id, dag_run_id, {
      patch: (data: TaskInstances, change) => patchTasks(data, dag_id, dag_run_id, change),
    }),
  );
