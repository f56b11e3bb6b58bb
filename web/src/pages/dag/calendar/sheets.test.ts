import { describe, expect, test } from 'vitest';
import { daysOfMonth } from './days';
import { hourSheet, stepFrom, yearSheets } from './sheets';

describe('a year', () => {
  test.each([
    [2026, 1, 365],
    [2024, 1, 366],
    [2023, 0, 365],
  ])('%s with weeks from day %s has each day once, in order, under its weekday', (year, first_day, count) => {
    const sheets = yearSheets(year, first_day, 'en');
    const days = sheets.flatMap((sheet) => sheet.rows.flatMap((row) => row.keys)).filter((day) => day !== null);
    expect(days).toHaveLength(count);
    expect(days[0]).toBe(`${String(year)}-01-01`);
    expect(days.at(-1)).toBe(`${String(year)}-12-31`);
    expect(days.toSorted()).toEqual(days);
    for (const { rows } of sheets)
      for (const { keys } of rows)
        keys.forEach((day, i) => {
          if (day !== null) expect(new Date(day).getUTCDay()).toBe((first_day + i) % 7);
        });
  });
  test('speaks the language', () => {
    const [january] = yearSheets(2026, 1, 'ru');
    expect(january?.title).toBe('январь');
    expect(january?.heads[0]).toEqual({ short: 'П', long: 'понедельник' });
  });
});

test('a month by hour', () => {
  const { heads, rows } = hourSheet(daysOfMonth(2026, 2), 'en');
  expect(heads).toHaveLength(28);
  expect(heads[0]).toEqual({ short: '1', long: 'Sunday, February 1' });
  expect(rows).toHaveLength(24);
  expect(rows[13]).toMatchObject({ label: '13:00' });
  expect(rows[13]?.keys[27]).toBe('2026-02-28T13');
});

test('arrow keys', () => {
  expect(stepFrom('2026-03-01', 'ArrowLeft')).toBe('2026-02-28');
  expect(stepFrom('2026-03-01', 'ArrowDown')).toBe('2026-03-08');
  expect(stepFrom('2026-03-01T23', 'ArrowDown')).toBe('2026-03-02T00');
  expect(stepFrom('2026-03-01T23', 'ArrowRight')).toBe('2026-03-02T23');
  expect(stepFrom('2026-03-01', 'Enter')).toBeNull();
});
