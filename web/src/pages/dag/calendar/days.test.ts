import { describe, expect, test } from 'vitest';
import { cellsOf, daysOfMonth, firstDayOf, monthStarts, moved, shiftMonth, weeksOfYear } from './days';

describe('cells', () => {
  const answer = {
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
    const cells = cellsOf({ days: [{ date: '2026-03-01', state: 'new_state', count: 2 }], planned: [] }, 'daily');
    expect(cells.get('2026-03-01')?.total).toBe(2);
  });
});

describe('the year', () => {
  test.each([
    [2026, 1, 365],
    [2024, 1, 366],
    [2023, 0, 365],
  ])('%s from day %s has each day once, in order', (year, first_day, count) => {
    const weeks = weeksOfYear(year, first_day);
    const days = weeks.flat().filter((day) => day !== null);
    expect(days).toHaveLength(count);
    expect(days[0]).toBe(`${String(year)}-01-01`);
    expect(days.at(-1)).toBe(`${String(year)}-12-31`);
    expect(new Set(days).size).toBe(count);
    for (const week of weeks)
      week.forEach((day, i) => {
        if (day !== null) expect(new Date(day).getUTCDay()).toBe((first_day + i) % 7);
      });
  });
  test('twelve months begin', () => {
    const starts = monthStarts(weeksOfYear(2026, 1));
    expect(starts.map((start) => start.month)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
    expect(starts[0]?.week).toBe(0);
  });
});

test('moving stays in the year', () => {
  expect(moved('2026-03-01', -1)).toBe('2026-02-28');
  expect(moved('2026-12-28', 7)).toBeNull();
  expect(moved('2026-01-01', -1)).toBeNull();
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
