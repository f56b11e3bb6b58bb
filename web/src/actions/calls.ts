// The calls behind the dialogs. Each that changes has a twin that only tells what it would touch.
import { request, type RequestOptions } from '../api/client';
import { clearedTasks, isRun, type Target } from './target';

export interface TaskInstanceBrief {
  dag_run_id: string;
  task_id: string;
  task_display_name: string;
  map_index: number;
  state: string | null;
  try_number: number;
}
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
  return request('post', '/api/v2/dags/{dag_id}/clearTaskInstances', {
    path: { dag_id: target.dag_id },
    body,
    ...(signal && { signal }),
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
  const tail = dry_run ? '/dry_run' : '';
  const common: RequestOptions = {
    body: { new_state, ...reach, ...(note && !dry_run && { note }) },
    ...(signal && { signal }),
  };
  if (target.group_id !== undefined) {
    const path = { ...pathOf(target), group_id: target.group_id };
    return request('patch', `${RUN}/taskGroupInstances/{group_id}${tail}`, { path, ...common });
  }
  const found = new Map<string, TaskInstanceBrief>();
  const one = target.map_index !== undefined;
  for (const task_id of target.task_ids ?? []) {
    const path = { ...pathOf(target), task_id, ...(one && { map_index: target.map_index ?? -1 }) };
    const address = `${RUN}/taskInstances/{task_id}${one ? '/{map_index}' : ''}${tail}`;
    const { task_instances } = await request<Touched>('patch', address, { path, ...common });
    for (const each of task_instances) found.set(`${each.dag_run_id} ${each.task_id} ${each.map_index}`, each);
  }
  return { task_instances: [...found.values()], total_entries: found.size };
}

/** What a mark of the run would end: those that have not ended. */
export async function unfinishedTasks(target: Target, signal?: AbortSignal): Promise<Touched> {
  const state = ['none', 'scheduled', 'queued', 'running', 'restarting', 'up_for_retry', 'up_for_reschedule'];
  return request('get', `${RUN}/taskInstances`, {
    path: pathOf(target),
    query: { state: [...state, 'deferred', 'awaiting_input'], limit: 100 },
    ...(signal && { signal }),
  });
}

export const patchRun = (target: Target, body: { state?: 'success' | 'failed' | 'queued'; note?: string | null }) =>
  request('patch', RUN, { path: pathOf(target), body });

export const deleteRun = (target: Target): Promise<void> => request('delete', RUN, { path: pathOf(target) });
