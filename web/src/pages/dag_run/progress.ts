// How far a run is: its task instances by state, mapped ones counted singly. Pure.
import { isFinished, isTaskState, stateOfLetter, TASK_STATES, type TaskState } from '../../ui/states';
import type { GridRun } from '../dag/queries';

export interface Progress {
  counts: [state: TaskState, count: number][];
  finished: number;
  total: number;
}

/** What is over first, then what is under way, then what waits. */
const ORDER: readonly TaskState[] = [
  'success',
  'skipped',
  'failed',
  'upstream_failed',
  'removed',
  'running',
  'restarting',
  'up_for_retry',
  'up_for_reschedule',
  'deferred',
  'awaiting_input',
  'queued',
  'scheduled',
  'none',
];

export function progressOf(run: Pick<GridRun, 'states' | 'mapped'>): Progress {
  const counts = new Map<TaskState, number>();
  const add = (state: TaskState, count: number) => counts.set(state, (counts.get(state) ?? 0) + count);
  [...run.states].forEach((letter, number) => {
    const mapped = run.mapped[String(number)];
    if (mapped) {
      for (const [name, count] of Object.entries(mapped)) if (isTaskState(name)) add(name, count);
      return;
    }
    const state = stateOfLetter(letter);
    if (state) add(state, 1);
  });
  const sum = (wanted: (state: TaskState) => boolean) =>
    [...counts].reduce((total, [state, count]) => total + (wanted(state) ? count : 0), 0);
  return {
    counts: ORDER.flatMap((state) => {
      const count = counts.get(state);
      return count ? [[state, count] as [TaskState, number]] : [];
    }),
    finished: sum(isFinished),
    total: sum(() => true),
  };
}

/** All states have a place in ORDER; progress.test.ts holds it. */
export const ORDERED = ORDER.length === Object.keys(TASK_STATES).length;
