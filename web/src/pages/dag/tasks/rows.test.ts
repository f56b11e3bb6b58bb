import { describe, expect, it } from 'vitest';
import type { Schemas } from '../../../api/client';
import { fits, rowsOf, sorted } from './rows';

const task = (task_id: string, operator_name = 'BashOperator') =>
  ({ task_id, task_display_name: task_id.toUpperCase(), operator_name }) as Schemas['TaskResponse'];

const tasks = [task('load'), task('label', '@task'), task('new')];
const grid = {
  tasks: ['load', 'label'].map((task_id) => ({ task_id, display_name: task_id, operator_name: '', is_mapped: false })),
  runs: [
    { dag_run_id: 'r2', states: 'sf' },
    { dag_run_id: 'r1', states: 's.' },
  ] as never[],
};
const durations = {
  runs: [],
  tasks: [{ task_id: 'load', display_name: 'load', seconds: [3, null, 1, 2], landing_seconds: [] }],
};

describe('the rows of tasks', () => {
  const rows = rowsOf(tasks, grid, durations);
  it('know the states of the last runs and the usual duration', () => {
    expect(rows[0]?.last.map(({ state }) => state)).toEqual(['success', 'success']);
    expect(rows[1]?.last.map(({ state }) => state)).toEqual(['failed', undefined]);
    expect(rows[2]?.last).toEqual([]);
    expect(rows.map(({ median_seconds }) => median_seconds)).toEqual([2, null, null]);
  });
  it('are found by id or name, and by operator', () => {
    expect(rows.filter((row) => fits(row, 'LOA', '')).length).toBe(1);
    expect(rows.filter((row) => fits(row, '', '@task')).length).toBe(1);
    expect(rows.filter((row) => fits(row, 'x', '')).length).toBe(0);
  });
  it('are sorted, or stay as the DAG has them', () => {
    const ids = (order?: string) => sorted(rows, order).map((row) => row.task.task_id);
    expect(ids()).toEqual(['load', 'label', 'new']);
    expect(ids('task_id')).toEqual(['label', 'load', 'new']);
    expect(ids('-duration')[0]).toBe('load');
    expect(ids('colour')).toEqual(['load', 'label', 'new']);
  });
});
