import { describe, expect, test } from 'vitest';
import { cellsOf, daysOfMonth, firstDayOf, shiftMonth, type CalendarAnswer } from './days';

describe('cells', () => {
  const answer: CalendarAnswer = {
    days: [
      { date: '2026-03-01', state: 'success', count: 3 },
      { date: '2026-03-01', state: 'failed', count: 1 },
      { date: '2026-03-02', state: 'running', count: 1 },
    ],
    planned: [{ date: '2026-03-02', count: 2 }],
  };
  test('by day', () => {
    const cells = cellsOf(answer, 'daily');
    expect(cells.get('2026-03-01')).toEqual({
      counts: { failed: 1, running: 0, queued: 0, success: 3 },
      planned: 0,
      total: 4,
    });
    expect(cells.get('2026-03-02')).toMatchObject({ planned: 2, total: 1 });
    expect(cells.has('2026-03-03')).toBe(false);
  });
  test('by hour, in either way of writing one', () => {
    const hourly = cellsOf(
      {
        days: [
          { date: '2026-03-01T14:00:00+03:00', state: 'success', count: 1 },
          { date: '2026-03-01 14', state: 'failed', count: 1 },
        ],
        planned: [],
      },
      'hourly',
    );
    expect(hourly.get('2026-03-01T14')?.total).toBe(2);
  });
  test('a state of a newer server counts as a run', () => {
    const cells = cellsOf(
      { days: [{ date: '2026-03-01', state: 'new_state' as 'failed', count: 2 }], planned: [] },
      'daily',
    );
    expect(cells.get('2026-03-01')?.total).toBe(2);
  });
});

test('months', () => {
  expect(daysOfMonth(2024, 2)).toHaveLength(29);
  expect(daysOfMonth(2026, 12).at(-1)).toBe('2026-12-31');
  expect(shiftMonth(2026, 1, -1)).toEqual({ year: 2025, month: 12 });
  expect(shiftMonth(2026, 12, 1)).toEqual({ year: 2027, month: 1 });
});

test('weeks begin as the language has it', () => {
  expect(firstDayOf('ru')).toBe(1);
  expect(firstDayOf('en-US')).toBe(0);
});
