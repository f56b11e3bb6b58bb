import { describe, expect, it } from 'vitest';
import { clearedTasks, isRun, nameOf, type Target } from './target';

const run: Target = { dag_id: 'news', dag_run_id: 'r1' };
const several = (count: number) => `${count} tasks`;

describe('a target', () => {
  it('is named after what it is', () => {
    expect(nameOf(run, several)).toBe('r1');
    expect(nameOf({ ...run, task_ids: ['load'] }, several)).toBe('load');
    expect(nameOf({ ...run, task_ids: ['load'], map_index: -1 }, several)).toBe('load');
    expect(nameOf({ ...run, task_ids: ['load'], map_index: 0 }, several)).toBe('load [0]');
    expect(nameOf({ ...run, task_ids: ['a', 'b'] }, several)).toBe('2 tasks');
    expect(nameOf({ ...run, task_ids: ['g.a', 'g.b'], group_id: 'g' }, several)).toBe('g');
    expect(isRun(run)).toBe(true);
    expect(isRun({ ...run, task_ids: [] })).toBe(false);
  });

  it('names a mapped instance by its pair in a clear', () => {
    expect(clearedTasks(run)).toBeUndefined();
    expect(clearedTasks({ ...run, task_ids: ['a', 'b'] })).toEqual(['a', 'b']);
    expect(clearedTasks({ ...run, task_ids: ['a'], map_index: 0 })).toEqual([['a', 0]]);
    expect(clearedTasks({ ...run, task_ids: ['a'], map_index: -1 })).toEqual(['a']);
  });
});
