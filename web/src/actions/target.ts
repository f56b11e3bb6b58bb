// What an action is about: a run, a task of it (of one map index or all), or several tasks, such as a group's.
export interface Target {
  dag_id: string;
  dag_run_id: string;
  /** None: the whole run. */
  task_ids?: readonly string[];
  /** Of the one task; none: all of its instances. */
  map_index?: number;
  /** Where the tasks are a group. */
  group_id?: string;
}

export const isRun = (target: Target): boolean => target.task_ids === undefined;

/** "extract", "extract [3]", the group's id, or how many tasks. */
export function nameOf(target: Target, several: (count: number) => string): string {
  if (target.group_id !== undefined) return target.group_id;
  if (target.task_ids === undefined) return target.dag_run_id;
  if (target.task_ids.length !== 1) return several(target.task_ids.length);
  const [task_id = ''] = target.task_ids;
  return target.map_index === undefined || target.map_index < 0 ? task_id : `${task_id} [${target.map_index}]`;
}

/** `task_ids` of a clear: [task, map index] for one instance of a mapped task. */
export const clearedTasks = ({ task_ids, map_index }: Target): (string | [string, number])[] | undefined =>
  task_ids?.map((task_id): string | [string, number] =>
    map_index === undefined || map_index < 0 ? task_id : [task_id, map_index],
  );
