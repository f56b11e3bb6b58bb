// How long runs and tasks took, from the answers of `durations` and `grid`: what is slow, what fails.
import type { Schemas } from '../../../api/client';
import { medianOf } from '../../../ui/charts/scale';

/** `GET /gale/dags/{dag_id}/durations`; runs are newest first or last as the server has them, tasks' values in step with them. */
export type Durations = Schemas['Durations'];

export type RunDuration = Durations['runs'][number];

export type TaskDurations = Durations['tasks'][number];

/** The runs in order of time, oldest first, and each task's values with them. */
export function inOrderOfTime(answer: Durations): Durations {
  const order = answer.runs
    .map((run, i) => ({ i, at: Date.parse(run.run_after), id: run.dag_run_id }))
    .toSorted((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1))
    .map(({ i }) => i);
  const pick = <Value>(values: Value[], missing: Value) => order.map((i) => values[i] ?? missing);
  return {
    runs: order.flatMap((i) => answer.runs[i] ?? []),
    tasks: answer.tasks.map((task) => ({
      ...task,
      seconds: pick<number | null>(task.seconds, null),
      landing_seconds: pick<number | null>(task.landing_seconds, null),
    })),
  };
}

/** The part of it from one run to another, both included; what is not there is no limit. */
export function between(all: Durations, from_run: string | undefined, to_run: string | undefined): Durations {
  const from = all.runs.findIndex((run) => run.dag_run_id === from_run);
  const to = all.runs.findIndex((run) => run.dag_run_id === to_run);
  if (from < 0 && to < 0) return all;
  const start = Math.max(0, from);
  const end = to < start ? all.runs.length : to + 1;
  return {
    runs: all.runs.slice(start, end),
    tasks: all.tasks.map((task) => ({
      ...task,
      seconds: task.seconds.slice(start, end),
      landing_seconds: task.landing_seconds.slice(start, end),
    })),
  };
}

const known = (values: (number | null)[]) => values.filter((value) => value !== null);

export interface SlowTask {
  task_id: string;
  display_name: string;
  median: number;
  longest: number;
  latest: number;
  /** The newer half's median against the older half's: 2 is twice as slow. Null for fewer than six values. */
  trend: number | null;
}

/** Slowest by median first. A task that never ran is not there. */
export function slowestTasks(tasks: TaskDurations[]): SlowTask[] {
  return tasks
    .flatMap((task) => {
      const values = known(task.seconds);
      const median = medianOf(values);
      if (median === null) return [];
      const half = Math.floor(values.length / 2);
      const older = medianOf(values.slice(0, half));
      const newer = medianOf(values.slice(-half));
      const trend = half < 3 || older === null || newer === null || older === 0 ? null : newer / older;
      const { task_id, display_name } = task;
      return [{ task_id, display_name, median, longest: Math.max(...values), latest: values.at(-1) ?? 0, trend }];
    })
    .toSorted((a, b) => b.median - a.median);
}

/** What is needed of `GET /gale/dags/{dag_id}/grid` to count failures. */
export interface GridStates {
  tasks: { task_id: string; display_name: string }[];
  runs: { dag_run_id: string; states: string }[];
}

export interface FailingTask {
  task_id: string;
  display_name: string;
  failed: number;
  upstream_failed: number;
  /** Runs in which the task finished or is to finish: of how many it failed. */
  runs: number;
  /** Of the newest run in which it failed. */
  latest_run: string;
}

/** Most failed first; tasks that never failed are not there. `grid.runs` is newest first. */
export function failingTasks(grid: GridStates): FailingTask[] {
  return grid.tasks
    .flatMap(({ task_id, display_name }, number) => {
      const letters = grid.runs.map((run) => run.states[number] ?? '.');
      const count = (letter: string) => letters.filter((each) => each === letter).length;
      const failed = count('f');
      if (failed === 0) return [];
      const latest_run = grid.runs[letters.indexOf('f')]?.dag_run_id ?? '';
      const runs = letters.length - count('.');
      return [{ task_id, display_name, failed, upstream_failed: count('u'), runs, latest_run }];
    })
    .toSorted((a, b) => b.failed - a.failed || b.failed / b.runs - a.failed / a.runs);
}
