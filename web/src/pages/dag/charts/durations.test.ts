import { describe, expect, test } from 'vitest';
import type { Durations, RunDuration } from './durations';
import { between, failingTasks, inOrderOfTime, slowestTasks } from './durations';

function run(dag_run_id: string, day: number): RunDuration {
  return {
    dag_run_id,
    run_type: 'scheduled',
    state: 'success',
    run_after: new Date(Date.UTC(2026, 2, day)).toISOString(),
    start_date: null,
    queued_seconds: 1,
    run_seconds: day,
    landing_seconds: null,
  };
}
const answer: Durations = {
  runs: [run('c', 3), run('b', 2), run('a', 1)],
  tasks: [{ task_id: 't', display_name: 'T', seconds: [3, null, 1], landing_seconds: [30, 20, 10] }],
};

describe('runs and their tasks stay in step', () => {
  test('in order of time', () => {
    const ordered = inOrderOfTime(answer);
    expect(ordered.runs.map((each) => each.dag_run_id)).toEqual(['a', 'b', 'c']);
    expect(ordered.tasks[0]?.seconds).toEqual([1, null, 3]);
    expect(ordered.tasks[0]?.landing_seconds).toEqual([10, 20, 30]);
  });
  test('a part of it', () => {
    const part = between(inOrderOfTime(answer), 'b', 'c');
    expect(part.runs.map((each) => each.dag_run_id)).toEqual(['b', 'c']);
    expect(part.tasks[0]?.seconds).toEqual([null, 3]);
  });
  test('a run that is no longer there is no limit', () => {
    const ordered = inOrderOfTime(answer);
    expect(between(ordered, 'gone', undefined)).toBe(ordered);
    expect(between(ordered, 'gone', 'b').runs).toHaveLength(2);
    expect(between(ordered, 'b', 'gone').runs).toHaveLength(2);
  });
});

describe('slowest tasks', () => {
  const task = (task_id: string, seconds: (number | null)[]) => ({
    task_id,
    display_name: task_id,
    seconds,
    landing_seconds: [],
  });
  test('by median, without what never ran', () => {
    const slow = slowestTasks([task('quick', [1, 1, 100]), task('slow', [5, null, 7]), task('never', [null, null])]);
    expect(slow.map((each) => each.task_id)).toEqual(['slow', 'quick']);
    expect(slow[0]).toMatchObject({ median: 6, longest: 7, latest: 7, trend: null });
  });
  test('a trend needs six values', () => {
    expect(slowestTasks([task('t', [1, 1, 1, 2, 2, 2])])[0]?.trend).toBe(2);
    expect(slowestTasks([task('t', [0, 0, 0, 2, 2, 2])])[0]?.trend).toBeNull();
  });
});

test('failing tasks: most failed first, with the newest run that shows it', () => {
  const tasks = ['a', 'b', 'c'].map((task_id) => ({ task_id, display_name: task_id }));
  const grid = {
    tasks,
    runs: [
      { dag_run_id: 'r3', states: 'sfu' },
      { dag_run_id: 'r2', states: 'ff.' },
      { dag_run_id: 'r1', states: 'ss' },
    ],
  };
  expect(failingTasks(grid)).toEqual([
    { task_id: 'b', display_name: 'b', failed: 2, upstream_failed: 0, runs: 3, latest_run: 'r3' },
    { task_id: 'a', display_name: 'a', failed: 1, upstream_failed: 0, runs: 3, latest_run: 'r2' },
  ]);
});
