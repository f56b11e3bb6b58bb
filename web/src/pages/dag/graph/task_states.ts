// The states that a graph shows: of a run's tasks, and what they add up to in a group.
import { stateOfLetter, TASK_STATES, type TaskState } from '../../../ui/states';
import type { Grid, GridRun } from '../queries';

/** How many instances are in each state. */
export type StateCounts = Partial<Record<TaskState, number>>;

export interface TaskLook {
  /** Undefined: there is no such instance in the run, or no run. */
  state: TaskState | undefined;
  /** Of a mapped task; null otherwise. */
  mapped: StateCounts | null;
}

export type TaskLooks = Map<string, TaskLook>;

const isState = (name: string): name is TaskState => name in TASK_STATES;

export function looksOf(grid: Grid, run: GridRun | undefined): TaskLooks {
  const looks: TaskLooks = new Map();
  if (run === undefined) return looks;
  grid.tasks.forEach(({ task_id }, number) => {
    const counts = run.mapped[String(number)];
    let mapped: StateCounts | null = null;
    if (counts !== undefined) {
      mapped = {};
      for (const [name, count] of Object.entries(counts)) if (isState(name)) mapped[name] = count;
    }
    looks.set(task_id, { state: stateOfLetter(run.states[number] ?? '.'), mapped });
  });
  return looks;
}

/** What is most worth knowing of many states comes first. */
export const BY_WEIGHT: readonly TaskState[] = [
  'failed',
  'upstream_failed',
  'up_for_retry',
  'running',
  'restarting',
  'awaiting_input',
  'deferred',
  'up_for_reschedule',
  'queued',
  'scheduled',
  'none',
  'removed',
  'skipped',
  'success',
];

/** Tasks by state, a mapped task as one. */
export function countStates(looks: TaskLooks, task_ids: readonly string[]): StateCounts {
  const counts: StateCounts = {};
  for (const task_id of task_ids) {
    const state = looks.get(task_id)?.state;
    if (state !== undefined) counts[state] = (counts[state] ?? 0) + 1;
  }
  return counts;
}

export const worstOf = (counts: StateCounts): TaskState | undefined =>
  BY_WEIGHT.find((state) => (counts[state] ?? 0) > 0);

export const countOf = (counts: StateCounts): number => Object.values(counts).reduce((sum, count) => sum + count, 0);
