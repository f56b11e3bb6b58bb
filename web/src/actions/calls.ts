// The calls behind the dialogs. Each that changes has a twin that only tells what it would touch.
import { call, type Schemas } from '../api/client';
import { clearedTasks, isRun, type Target } from './target';

export type TaskInstanceBrief = Pick<
  Schemas['TaskInstanceResponse'],
  'dag_run_id' | 'task_id' | 'task_display_name' | 'map_index' | 'state' | 'try_number'
>;
export interface Touched {
  task_instances: TaskInstanceBrief[];
  total_entries: number;
}
/** Which others go with the chosen ones. */
export interface Reach {
  include_upstream: boolean;
  include_downstream: boolean;
  include_past: boolean;
  include_future: boolean;
}
export const NO_REACH: Reach = {
  include_upstream: false,
  include_downstream: false,
  include_past: false,
  include_future: false,
};
export type MarkState = 'success' | 'failed' | 'skipped';

const RUN = '/api/v2/dags/{dag_id}/dagRuns/{dag_run_id}';
const pathOf = ({ dag_id, dag_run_id }: Target) => ({ dag_id, dag_run_id });

export function clearTasks(
  target: Target,
  options: Reach & { only_failed: boolean; note?: string },
  dry_run: boolean,
  signal?: AbortSignal,
): Promise<Touched> {
  const { note, ...flags } = options;
  const body = {
    ...flags,
    dry_run,
    dag_run_id: target.dag_run_id,
    reset_dag_runs: true,
    ...(!isRun(target) && { task_ids: clearedTasks(target) }),
    ...(note && { note }),
  };
  return call('post', '/api/v2/dags/{dag_id}/clearTaskInstances', {
    path: { dag_id: target.dag_id },
    body,
    signal,
  });
}

/** A group in one call, tasks one after the other: each is a change of its own, as in Airflow. */
export async function markTasks(
  target: Target,
  new_state: MarkState,
  options: Reach & { note?: string },
  dry_run: boolean,
  signal?: AbortSignal,
): Promise<Touched> {
  const { note, ...reach } = options;
  const body = { new_state, ...reach, ...(note && !dry_run && { note }) };
  if (target.group_id !== undefined) {
    const address = `${RUN}/taskGroupInstances/{group_id}` as const;
    const path = { ...pathOf(target), group_id: target.group_id };
    return call('patch', dry_run ? `${address}/dry_run` : address, { path, body, signal });
  }
  const found = new Map<string, TaskInstanceBrief>();
  const { map_index = -1 } = target;
  const task = `${RUN}/taskInstances/{task_id}` as const;
  const address = target.map_index === undefined ? task : (`${task}/{map_index}` as const);
  for (const task_id of target.task_ids ?? []) {
    const path = { ...pathOf(target), task_id, map_index };
    const { task_instances } = await call('patch', dry_run ? `${address}/dry_run` : address, { path, body, signal });
    for (const each of task_instances) found.set(`${each.dag_run_id} ${each.task_id} ${each.map_index}`, each);
  }
  return { task_instances: [...found.values()], total_entries: found.size };
}

/** What a mark of the run would end: those that have not ended. */
export async function unfinishedTasks(target: Target, signal?: AbortSignal): Promise<Touched> {
  const state = ['none', 'scheduled', 'queued', 'running', 'restarting', 'up_for_retry', 'up_for_reschedule'];
  return call('get', `${RUN}/taskInstances`, {
    path: pathOf(target),
    query: { state: [...state, 'deferred', 'awaiting_input'], limit: 100 },
    signal,
  });
}

export const patchRun = (target: Target, body: { state?: 'success' | 'failed' | 'queued'; note?: string | null }) =>
  call('patch', RUN, { path: pathOf(target), body });

export const deleteRun = (target: Target): Promise<void> => call('delete', RUN, { path: pathOf(target) });
