// The calendar as a table: a year has weekdays as rows and weeks as columns; a month has hours as rows and days as columns.

export interface Columns {
  /** Heads over the columns, left to right. */
  heads: { label: string; span: number; is_long: boolean }[];
  rows: {
    label: string;
    /** Named on the screen too; readers have all. */ is_shown: boolean;
    keys: (string | null)[];
  }[];
}

const nameOf = (language: string, options: Intl.DateTimeFormatOptions) => {
  const format = new Intl.DateTimeFormat(language, { timeZone: 'UTC', ...options });
  return (at: number | string) => format.format(new Date(at));
};

export function yearColumns(
  weeks: (string | null)[][],
  months: { month: number; week: number }[],
  language: string,
): Columns {
  const monthName = nameOf(language, { month: 'short' });
  const weekdayName = nameOf(language, { weekday: 'short' });
  const heads = months.map(({ month, week }, i) => {
    const span = (months[i + 1]?.week ?? weeks.length) - week;
    return { label: monthName(Date.UTC(2026, month - 1, 1)), span, is_long: span > 2 };
  });
  const some_week = weeks[1] ?? [];
  const rows = some_week.map((some_day, weekday) => ({
    label: some_day === null ? '' : weekdayName(some_day),
    is_shown: weekday % 2 === 0,
    keys: weeks.map((week) => week[weekday] ?? null),
  }));
  return { heads, rows };
}

export function monthColumns(days: string[], language: string): Columns {
  const dayName = nameOf(language, { day: 'numeric' });
  const heads = days.map((day) => ({ label: dayName(day), span: 1, is_long: true }));
  const rows = Array.from({ length: 24 }, (_, hour) => {
    const two = String(hour).padStart(2, '0');
    return { label: `${two}:00`, is_shown: hour % 3 === 0, keys: days.map((day) => `${day}T${two}`) };
  });
  return { heads, rows };
}
