import { describe, expect, it } from 'vitest';
import type { Change } from '../../../api/event_stream';
import type { Grid, GridRun } from '../queries';
import { patchGrid, runsToRead, withRun } from './live_grid';

const run = (dag_run_id: string, run_after: string, states: string, mapped = {}): GridRun => ({
  dag_run_id,
  state: 'running',
  run_type: 'manual',
  run_after,
  logical_date: null,
  queued_at: null,
  start_date: null,
  end_date: null,
  note: null,
  version_number: 1,
  conf_is_empty: true,
  states,
  mapped,
});
const task = (task_id: string) => ({ task_id, display_name: task_id, operator_name: '', is_mapped: false });
const grid: Grid = {
  root: { group_id: null, label: '', tooltip: null, is_mapped: false, ui_color: '', ui_fgcolor: '', children: [] },
  tasks: [task('a'), task('b')],
  runs: [run('new', '2026-01-02T00:00:00Z', 'r-'), run('old', '2026-01-01T00:00:00Z', 'sr', { 1: { running: 2 } })],
  total_entries: 9,
};
const change = (more: Partial<Change>): Change => ({
  dag_runs: [],
  task_instances: [],
  dags: [],
  deleted: [],
  others: [],
  ...more,
});
type TaskChange = Change['task_instances'][number];
const taskChange = (dag_run_id: string, task_id: string, state: TaskChange['state'], map_index = -1): TaskChange => ({
  dag_id: 'd',
  dag_run_id,
  task_id,
  map_index,
  state,
  try_number: 1,
  start_date: null,
  end_date: null,
});
const runChange = (dag_run_id: string, run_after: string): Change['dag_runs'][number] => ({
  dag_id: 'd',
  dag_run_id,
  state: 'failed',
  run_type: 'manual',
  run_after,
  start_date: 'x',
  end_date: 'y',
});

describe('the grid by events', () => {
  it('puts states into the text of their run and leaves the others as they are', () => {
    const patched = patchGrid(
      grid,
      'd',
      change({ task_instances: [taskChange('new', 'a', 'success'), taskChange('new', 'b', null)] }),
    );
    expect(patched.runs[0]?.states).toBe('s-');
    expect(patched.runs[1]).toBe(grid.runs[1]);
  });

  it('is the same object when nothing of it has changed', () => {
    for (const nothing of [
      change({}),
      change({ task_instances: [taskChange('new', 'a', 'running'), taskChange('other', 'a', 'failed')] }),
      change({ task_instances: [{ ...taskChange('new', 'a', 'failed'), dag_id: 'another' }] }),
      change({ task_instances: [taskChange('old', 'b', 'failed', 1)] }),
    ])
      expect(patchGrid(grid, 'd', nothing)).toBe(grid);
  });

  it('follows the state of runs, and drops deleted ones', () => {
    const failed = patchGrid(grid, 'd', change({ dag_runs: [runChange('old', '2026-01-01T00:00:00Z')] }));
    expect(failed.runs[1]).toMatchObject({ state: 'failed', end_date: 'y', states: 'sr' });
    const fewer = patchGrid(grid, 'd', change({ deleted: [{ dag_id: 'd', dag_run_id: 'new' }] }));
    expect(fewer.runs.map((each) => each.dag_run_id)).toEqual(['old']);
    expect(fewer.total_entries).toBe(8);
  });

  it('reads runs that are new or have mapped tasks, not those before the oldest shown', () => {
    expect(
      runsToRead(
        grid,
        'd',
        change({
          dag_runs: [runChange('newest', '2026-01-03T00:00:00Z'), runChange('ancient', '2025-01-03T00:00:00Z')],
          task_instances: [
            taskChange('old', 'b', 'success', 1),
            taskChange('new', 'a', 'success'),
            taskChange('ancient', 'a', 'success'),
          ],
        }),
      ),
    ).toEqual(['newest', 'old']);
    // A task that the grid does not know: another version.
    expect(runsToRead(grid, 'd', change({ task_instances: [taskChange('new', 'c', 'success')] }))).toEqual(['new']);
  });

  it('puts a run that was read into its place', () => {
    const middle = run('middle', '2026-01-01T12:00:00Z', 'ff');
    const names = (of: Grid) => of.runs.map((each) => each.dag_run_id);
    expect(names(withRun(grid, middle, grid.tasks, 5))).toEqual(['new', 'middle', 'old']);
    expect(names(withRun(grid, middle, grid.tasks, 2))).toEqual(['new', 'middle']);
    expect(withRun(grid, middle, grid.tasks, 5).total_entries).toBe(10);
    const again = withRun(grid, run('old', '2026-01-01T00:00:00Z', 'ss'), grid.tasks, 5);
    expect(again.runs[1]?.states).toBe('ss');
    expect(again.total_entries).toBe(9);
    expect(withRun(grid, middle, [task('a')], 5)).toBe(grid);
  });
});
