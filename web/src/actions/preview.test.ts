import { expect, it } from 'vitest';
import type { TaskInstanceBrief } from './calls';
import { byRun } from './preview';

const instance = (dag_run_id: string, task_id: string): TaskInstanceBrief => ({
  dag_run_id,
  task_id,
  task_display_name: task_id,
  map_index: -1,
  state: null,
  try_number: 0,
});

it('shows the run that one acts on first, the others in their order', () => {
  const found = byRun([instance('r0', 'a'), instance('r1', 'a'), instance('r2', 'a'), instance('r1', 'b')], 'r1');
  expect(found.map(([run, list]) => [run, list.map(({ task_id }) => task_id)])).toEqual([
    ['r1', ['a', 'b']],
    ['r0', ['a']],
    ['r2', ['a']],
  ]);
});
