import { describe, expect, test } from 'vitest';
import { group, structure } from '../graph/examples';
import type { Try } from './tries';
import { criticalPath, mappedRowId, rowsOf, segmentsOf, spanOf, tryKey } from './tries';

const second = (n: number) => new Date(Date.UTC(2026, 2, 1, 12, 0, n)).toISOString();
const ms = (n: number) => Date.parse(second(n));
function tried(task_id: string, from: number, to: number | null, more: Partial<Try> = {}): Try {
  return {
    task_id,
    map_index: -1,
    try_number: 1,
    state: to === null ? 'running' : 'success',
    scheduled_when: second(from - 2),
    queued_when: second(from - 1),
    start_date: second(from),
    end_date: to === null ? null : second(to),
    ...more,
  };
}

describe('the phases of a try', () => {
  test('scheduled, queued, running', () => {
    expect(segmentsOf(tried('a', 10, 20), ms(99))).toEqual([
      { phase: 'scheduled', from: ms(8), to: ms(9), is_open: false },
      { phase: 'queued', from: ms(9), to: ms(10), is_open: false },
      { phase: 'running', from: ms(10), to: ms(20), is_open: false },
    ]);
  });
  test('what goes on ends now', () => {
    expect(segmentsOf(tried('a', 10, null), ms(15)).at(-1)).toEqual({
      phase: 'running',
      from: ms(10),
      to: ms(15),
      is_open: true,
    });
    const queued = { ...tried('a', 10, null), start_date: null };
    expect(segmentsOf(queued, ms(15)).at(-1)).toEqual({ phase: 'queued', from: ms(9), to: ms(15), is_open: true });
  });
  test('a try that never ran, and one that took no time', () => {
    const skipped = { ...tried('a', 10, 10), scheduled_when: null, queued_when: null };
    expect(segmentsOf(skipped, ms(15))).toEqual([{ phase: 'running', from: ms(10), to: ms(10), is_open: false }]);
    expect(segmentsOf({ ...skipped, start_date: null }, ms(15))).toEqual([]);
    expect(spanOf([{ ...skipped, start_date: null, end_date: null }], ms(15))).toBeNull();
  });
  test('a clock that is behind makes no negative length', () => {
    expect(segmentsOf(tried('a', 10, null), ms(5)).at(-1)).toMatchObject({ from: ms(10), to: ms(10) });
  });
});

const dag = structure(group(null, ['start', group('g', ['g.a', 'g.b']), 'end']), [
  'start>g.a',
  'start>g.b',
  'g.a>end',
  'g.b>end',
]);

describe('rows', () => {
  const tries = [
    tried('start', 3, 4),
    tried('g.a', 6, 7, { try_number: 2 }),
    tried('g.a', 4, 5),
    tried('g.b', 4, 9, { map_index: 1 }),
    tried('g.b', 4, 8, { map_index: 0 }),
  ];
  test('a folded group has all below it', () => {
    const rows = rowsOf(dag, tries, () => false);
    expect(rows.map((row) => [row.id, row.kind, row.is_open, row.tries.length])).toEqual([
      ['start', 'task', null, 1],
      ['g', 'group', false, 4],
      ['end', 'task', null, 0],
    ]);
  });
  test('an open group, an open mapped task', () => {
    const rows = rowsOf(dag, tries, () => true);
    expect(rows.map((row) => row.id)).toEqual(['start', 'g', 'g.a', mappedRowId('g.b'), 'g.b[0]', 'g.b[1]', 'end']);
    expect(rows[2]?.tries.map((each) => each.try_number)).toEqual([1, 2]);
    expect(rows[4]).toMatchObject({ depth: 2, map_index: 0, task_id: 'g.b' });
  });
  test('a task that a newer version lost is still shown', () => {
    expect(rowsOf(dag, [tried('gone', 3, 4)], () => true).at(-1)).toMatchObject({ task_id: 'gone', label: 'gone' });
  });
});

describe('the critical path', () => {
  test('goes by the upstream task that ended last, and by earlier tries', () => {
    const failed = tried('g.b', 5, 7, { state: 'failed' });
    const tries = [
      tried('start', 3, 4),
      tried('g.a', 5, 9),
      failed,
      tried('g.b', 12, 14, { try_number: 2 }),
      tried('end', 15, 16),
    ];
    expect(criticalPath(dag, tries)).toEqual(['start -1 1', 'g.b -1 1', 'g.b -1 2', 'end -1 1']);
  });
  test('of mapped instances the last counts', () => {
    const slow = tried('g.b', 5, 11, { map_index: 7 });
    const tries = [tried('start', 3, 4), tried('g.b', 5, 10, { map_index: 3 }), slow, tried('end', 12, 13)];
    expect(criticalPath(dag, tries)).toContain(tryKey(slow));
    expect(criticalPath(dag, tries)).toHaveLength(3);
  });
  test('is unknown while the run goes on, or when nothing ran', () => {
    expect(criticalPath(dag, [tried('start', 3, null)])).toEqual([]);
    expect(criticalPath(dag, [])).toEqual([]);
  });
});
