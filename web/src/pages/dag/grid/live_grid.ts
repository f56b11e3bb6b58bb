// The grid follows the events: states are put into the runs' texts; only runs that are new, or whose mapped tasks
// change, are read, each by itself.
import { stateOfLetter, TASK_STATES, isTaskState } from '../../../ui/states';
import type { Change } from '../../../api/event_stream';
import type { Schemas } from '../../../api/client';

type Grid = Schemas['Grid'];
type GridRun = Schemas['GridRun'];
type TaskChange = Change['task_instances'][number];

function patchRun(run: GridRun, tasks: readonly TaskChange[], numbers: ReadonlyMap<string, number>): GridRun {
  let letters: string[] | undefined;
  for (const { task_id, map_index, state } of tasks) {
    const number = numbers.get(task_id);
    if (number === undefined || map_index >= 0 || String(number) in run.mapped) continue;
    const name = state ?? 'none';
    if (!isTaskState(name)) continue;
    letters ??= [...run.states];
    letters[number] = TASK_STATES[name].letter;
  }
  const states = letters?.join('');
  return states === undefined || states === run.states ? run : { ...run, states };
}

/** The same object where nothing of it has changed. */
export function patchGrid(grid: Grid, dag_id: string, change: Change): Grid {
  const by_run = new Map<string, TaskChange[]>();
  for (const task of change.task_instances) {
    if (task.dag_id !== dag_id) continue;
    const known = by_run.get(task.dag_run_id);
    if (known) known.push(task);
    else by_run.set(task.dag_run_id, [task]);
  }
  const told = new Map(change.dag_runs.filter((run) => run.dag_id === dag_id).map((run) => [run.dag_run_id, run]));
  const gone = new Set(change.deleted.filter((each) => each.dag_id === dag_id).map((each) => each.dag_run_id));
  if (by_run.size + told.size + gone.size === 0) return grid;
  const numbers = new Map(grid.tasks.map((task, number) => [task.task_id, number]));
  let runs = grid.runs.map((run) => {
    const own = told.get(run.dag_run_id);
    const patched = patchRun(run, by_run.get(run.dag_run_id) ?? [], numbers);
    if (!own) return patched;
    const { state, start_date, end_date } = own;
    const same = state === run.state && start_date === run.start_date && end_date === run.end_date;
    return same ? patched : { ...patched, state, start_date, end_date };
  });
  if (gone.size > 0) runs = runs.filter((run) => !gone.has(run.dag_run_id));
  if (runs.length === grid.runs.length && runs.every((run, at) => run === grid.runs[at])) return grid;
  return { ...grid, runs, total_entries: grid.total_entries - (grid.runs.length - runs.length) };
}

/** The runs of the change that cannot be patched: not in the grid yet, or with mapped tasks, or tasks it lacks. */
export function runsToRead(grid: Grid, dag_id: string, change: Change): string[] {
  const known = new Map(grid.runs.map((run) => [run.dag_run_id, run]));
  const oldest = grid.runs.at(-1)?.run_after ?? '';
  const numbers = new Map(grid.tasks.map((task, number) => [task.task_id, number]));
  const wanted = new Set<string>();
  for (const run of change.dag_runs) {
    if (run.dag_id === dag_id && !known.has(run.dag_run_id) && Date.parse(run.run_after) >= (Date.parse(oldest) || 0))
      wanted.add(run.dag_run_id);
  }
  for (const task of change.task_instances) {
    const run = task.dag_id === dag_id ? known.get(task.dag_run_id) : undefined;
    if (!run) continue;
    const number = numbers.get(task.task_id);
    const is_there = number !== undefined && stateOfLetter(run.states[number] ?? '.') !== undefined;
    if (task.map_index >= 0 || !is_there) wanted.add(task.dag_run_id);
  }
  return [...wanted];
}

/** The grid with a run as it was just read, in its place by run_after; at most `limit` runs. */
export function withRun(grid: Grid, run: GridRun, tasks: Grid['tasks'], limit: number): Grid {
  // Read of another version of the DAG: the letters would stand for other tasks.
  const same_tasks =
    tasks.length === grid.tasks.length && tasks.every((task, at) => task.task_id === grid.tasks[at]?.task_id);
  if (!same_tasks) return grid;
  const is_new = !grid.runs.some((each) => each.dag_run_id === run.dag_run_id);
  const runs = [...grid.runs.filter((each) => each.dag_run_id !== run.dag_run_id), run]
    .toSorted((a, b) => Date.parse(b.run_after) - Date.parse(a.run_after))
    .slice(0, limit);
  return { ...grid, runs, total_entries: grid.total_entries + (is_new ? 1 : 0) };
}
