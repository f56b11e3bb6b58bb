import { expect, test } from 'vitest';
import { monthColumns, yearColumns } from './columns';
import { daysOfMonth, monthStarts, weeksOfYear } from './days';

test('a year: weekdays by weeks, months over them in the language', () => {
  const weeks = weeksOfYear(2026, 1);
  const { heads, rows } = yearColumns(weeks, monthStarts(weeks), 'ru');
  expect(heads).toHaveLength(12);
  expect(heads[0]?.label).toMatch(/^янв/);
  expect(heads.reduce((sum, head) => sum + head.span, 0)).toBe(weeks.length);
  expect(rows.map((row) => row.label)[0]).toBe('пн');
  expect(rows[3]?.keys[0]).toBe('2026-01-01');
  expect(rows[2]?.keys[0]).toBeNull();
});

test('a month: hours by days', () => {
  const { heads, rows } = monthColumns(daysOfMonth(2026, 2), 'en');
  expect(heads).toHaveLength(28);
  expect(rows).toHaveLength(24);
  expect(rows[13]).toMatchObject({ label: '13:00' });
  expect(rows[13]?.keys[27]).toBe('2026-02-28T13');
});
