import { describe, expect, test } from 'vitest';
import type { Change } from '../../../api/event_stream';
import { patchGrid } from '../grid/live_grid';
import type { Grid } from '../queries';
import { group } from './examples';
import { countStates, looksOf, worstOf } from './task_states';

const grid: Grid = {
  root: group(null, ['a', 'b', 'm']),
  tasks: ['a', 'b', 'm', 'new'].map((task_id) => ({
    task_id,
    display_name: task_id,
    operator_name: 'BashOperator',
    is_mapped: task_id === 'm',
  })),
  runs: [
    {
      dag_run_id: 'r1',
      state: 'running',
      run_type: 'manual',
      run_after: '2026-03-01T00:00:00Z',
      logical_date: null,
      queued_at: null,
      start_date: null,
      end_date: null,
      note: null,
      version_number: 1,
      conf_is_empty: true,
      states: 'srf.',
      mapped: { 2: { success: 3, failed: 1 } },
    },
  ],
  total_entries: 1,
};
const [run] = grid.runs;

const change = (more: Partial<Change>): Change => ({
  dag_runs: [],
  task_instances: [],
  dags: [],
  deleted: [],
  others: [],
  ...more,
});
type TaskChange = Change['task_instances'][number];
const instance = (task_id: string, state: TaskChange['state'], map_index = -1): TaskChange => ({
  ...{ dag_id: 'dag', dag_run_id: 'r1', task_id, map_index, state },
  ...{ try_number: 1, start_date: null, end_date: null },
});

describe('looks', () => {
  test('states and counts of mapped instances', () => {
    const looks = looksOf(grid, run);
    expect(looks.get('a')).toEqual({ state: 'success', mapped: null });
    expect(looks.get('m')).toEqual({ state: 'failed', mapped: { success: 3, failed: 1 } });
    expect(looks.get('new')?.state).toBeUndefined();
    expect(looksOf(grid, undefined).size).toBe(0);
  });
  test('what a group adds up to', () => {
    const counts = countStates(looksOf(grid, run), ['a', 'b', 'm', 'new']);
    expect(counts).toEqual({ success: 1, running: 1, failed: 1 });
    expect(worstOf(counts)).toBe('failed');
    expect(worstOf({})).toBeUndefined();
  });
});

describe('events', () => {
  test('recolour a task at once', () => {
    const patched = patchGrid(grid, 'dag', change({ task_instances: [instance('b', 'success'), instance('a', null)] }));
    expect(patched.runs[0]?.states).toBe('-sf.');
    expect(patched.tasks).toBe(grid.tasks);
  });
  test('of mapped instances and other DAGs change nothing', () => {
    const others = [
      instance('m', 'success', 2),
      { ...instance('b', 'failed'), dag_id: 'other' },
      instance('gone', 'failed'),
    ];
    expect(patchGrid(grid, 'dag', change({ task_instances: others }))).toBe(grid);
  });
  test('tell the run’s state', () => {
    const ended: Change['dag_runs'][number] = {
      ...{ dag_id: 'dag', dag_run_id: 'r1', state: 'failed', run_type: 'manual', run_after: '2026-03-01T00:00:00Z' },
      ...{ start_date: null, end_date: '2026-03-01T00:00:09Z' },
    };
    const patched = patchGrid(grid, 'dag', change({ dag_runs: [ended] }));
    expect(patched.runs[0]).toMatchObject({ state: 'failed', end_date: '2026-03-01T00:00:09Z', states: 'srf.' });
  });
});
