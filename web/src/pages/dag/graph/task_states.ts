// The states that a graph shows: of a run's tasks, and what they add up to in a group.
import type { Change } from '../../../api/event_stream';
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

/** The states of unmapped tasks follow at once; the counts of mapped ones come with the next reading. */
export function patchStates(grid: Grid, dag_id: string, change: Change): Grid {
  const changed = change.task_instances.filter((task) => task.dag_id === dag_id && task.map_index < 0);
  const runs = change.dag_runs.filter((run) => run.dag_id === dag_id);
  if (changed.length + runs.length === 0) return grid;
  const numbers = new Map(grid.tasks.map((task, number) => [task.task_id, number]));
  let is_new = false;
  const patched = grid.runs.map((run) => {
    const letters = [...run.states];
    for (const { dag_run_id, task_id, state } of changed) {
      const number = dag_run_id === run.dag_run_id ? numbers.get(task_id) : undefined;
      if (number === undefined || String(number) in run.mapped || letters[number] === undefined) continue;
      const name = state ?? 'none';
      if (isState(name)) letters[number] = TASK_STATES[name].letter;
    }
    const states = letters.join('');
    const own = runs.find(({ dag_run_id }) => dag_run_id === run.dag_run_id);
    if (states === run.states && own === undefined) return run;
    is_new = true;
    return { ...run, ...(own && { state: own.state, start_date: own.start_date, end_date: own.end_date }), states };
  });
  return is_new ? { ...grid, runs: patched } : grid;
}
