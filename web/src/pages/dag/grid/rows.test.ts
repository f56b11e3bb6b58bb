import { describe, expect, it } from 'vitest';
import type { GridRun } from '../queries';
import { countsOf, groupIdsOf, letterOf, rowsOf } from './rows';

const group = (group_id: string | null, children: unknown[]) => ({
  group_id,
  label: group_id?.split('.').at(-1) ?? '',
  tooltip: null,
  is_mapped: false,
  ui_color: '',
  ui_fgcolor: '',
  children: children as never[],
});
const task = (task_id: string) => ({
  task_id,
  display_name: task_id.toUpperCase(),
  operator_name: '',
  is_mapped: false,
});
const grid = {
  root: group(null, [
    { task: 'start' },
    { group: group('g', [{ task: 'g.a' }, { group: group('g.h', [{ task: 'g.h.b' }]) }]) },
    { task: 'gone' },
  ]),
  tasks: [task('start'), task('g.a'), task('g.h.b')],
};
const run = (states: string, mapped: GridRun['mapped'] = {}): GridRun => ({
  dag_run_id: 'r',
  state: 'running',
  run_type: 'manual',
  run_after: '2026-01-01T00:00:00Z',
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
const rowAt = (number: number, wanted?: (name: string) => boolean) => {
  const row = rowsOf(grid, () => false, wanted && ((each) => wanted(each.task_id)))[number];
  if (!row) throw new Error(`no row ${number}`);
  return row;
};
const shown = (open: string[], wanted?: (name: string) => boolean) =>
  rowsOf(grid, (id) => open.includes(id), wanted && ((each) => wanted(each.task_id))).map(
    (row) => `${'  '.repeat(row.depth)}${row.id}`,
  );

describe('rows', () => {
  it('marks a group that is expanded as a whole', () => {
    const mapped = { ...group('g', [{ task: 'g.a' }]), is_mapped: true };
    const rows = rowsOf({ root: group(null, [{ task: 'start' }, { group: mapped }]), tasks: grid.tasks }, () => true);
    expect(rows.map((row) => row.is_mapped)).toEqual([false, true, false]);
  });

  it('shows what is in open groups, further in', () => {
    expect(shown([])).toEqual(['start', 'g']);
    expect(shown(['g'])).toEqual(['start', 'g', '  g.a', '  g.h']);
    expect(shown(['g', 'g.h'])).toEqual(['start', 'g', '  g.a', '  g.h', '    g.h.b']);
    // An inner group alone is not seen.
    expect(shown(['g.h'])).toEqual(['start', 'g']);
    expect(groupIdsOf(grid.root)).toEqual(['g', 'g.h']);
  });

  it('leaves out groups without a wanted task', () => {
    expect(shown(['g', 'g.h'], (id) => id === 'g.a')).toEqual(['g', '  g.a']);
  });

  it('shows of a group what is most worth knowing', () => {
    const [start, folded] = [rowAt(0), rowAt(1)];
    expect(letterOf(start, run('sfr'))).toBe('s');
    expect(letterOf(folded, run('ssr'))).toBe('r');
    expect(letterOf(folded, run('ssf'))).toBe('f');
    expect(letterOf(folded, run('ss.'))).toBe('s');
    expect(letterOf(folded, run('s..'))).toBe('.');
  });

  it('asks anew when a search leaves other tasks in the group', () => {
    const one = run('ssf');
    expect(letterOf(rowAt(1), one)).toBe('f');
    expect(
      letterOf(
        rowAt(0, (name) => name === 'g.a'),
        one,
      ),
    ).toBe('s');
  });

  it('counts instances, mapped ones each', () => {
    const folded = rowAt(1);
    expect(countsOf(folded, run('sfs', { 1: { failed: 2, success: 8 } }))).toEqual({ failed: 2, success: 9 });
    expect(countsOf(folded, run('s.-'))).toEqual({ none: 1 });
  });
});
