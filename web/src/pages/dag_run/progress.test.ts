import { describe, expect, it } from 'vitest';
import type { Change } from '../../api/event_stream';
import { ORDERED, progressOf } from './progress';
import type { TaskInstance } from '../../api/queries/task_instance';
import { patchTasks } from './queries';

describe('how far a run is', () => {
  it('counts by state, mapped instances singly, what is not there not at all', () => {
    const progress = progressOf({ states: 's-rf.s', mapped: { 5: { success: 7, running: 2, none: 1 } } });
    expect(progress).toEqual({
      counts: [
        ['success', 8],
        ['failed', 1],
        ['running', 3],
        ['none', 2],
      ],
      finished: 9,
      total: 14,
    });
  });
  it('knows every state', () => expect(ORDERED).toBe(true));
  it('is nothing of nothing', () =>
    expect(progressOf({ states: '', mapped: {} })).toEqual({ counts: [], finished: 0, total: 0 }));
});

describe('a run’s tasks', () => {
  const task = (task_id: string, map_index = -1) =>
    ({
      task_id,
      map_index,
      state: 'queued',
      try_number: 0,
      start_date: null,
      end_date: null,
      pool: 'p',
    }) as TaskInstance;
  type TaskChange = Change['task_instances'][number];
  const told: TaskChange = {
    dag_id: 'd',
    dag_run_id: 'r',
    task_id: 'a',
    try_number: 1,
    start_date: 'x',
    end_date: null,
    state: 'running',
    map_index: -1,
  };
  const change = (part: Partial<TaskChange>): Change => ({
    dag_runs: [],
    dags: [],
    deleted: [],
    others: [],
    task_instances: [{ ...told, ...part }],
  });
  const data = { task_instances: [task('a'), task('a', 0)], total_entries: 2 };

  it('take what an event says', () => {
    const [first, second] = patchTasks(data, 'd', 'r', change({})).task_instances;
    expect(first).toMatchObject({ state: 'running', try_number: 1, pool: 'p' });
    expect(second?.state).toBe('queued');
  });
  it('leave what is of another run', () => {
    expect(patchTasks(data, 'd', 'r', change({ dag_run_id: 'other' }))).toBe(data);
  });
});
