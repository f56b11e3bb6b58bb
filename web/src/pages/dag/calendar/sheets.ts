// The calendar's tables. A year is twelve of them, with weekdays as columns and weeks as rows: they stand beside each other as there is
// room, and each day is large enough to be hit. A month by hour is one, with days as columns and hours as rows.

export interface Sheet {
  id: string;
  title: string;
  /** Over the columns. */
  heads: { short: string; long: string }[];
  rows: { label: string; keys: (string | null)[] }[];
}

const named = (language: string, options: Intl.DateTimeFormatOptions) => {
  const format = new Intl.DateTimeFormat(language, { timeZone: 'UTC', ...options });
  return (at: number) => format.format(new Date(at));
};

const DAY = 86_400_000;
const dateOf = (at: number) => new Date(at).toISOString().slice(0, 10);

/** `first_day`: 0 is Sunday, 1 is Monday. */
function monthSheet(year: number, month: number, first_day: number, language: string): Sheet {
  const short = named(language, { weekday: 'narrow' });
  const long = named(language, { weekday: 'long' });
  const start = Date.UTC(year, month - 1, 1);
  const end = Date.UTC(year, month, 1);
  const lead = (new Date(start).getUTCDay() - first_day + 7) % 7;
  const first = start - lead * DAY;
  const heads = Array.from({ length: 7 }, (_, i) => ({ short: short(first + i * DAY), long: long(first + i * DAY) }));
  const rows: Sheet['rows'] = [];
  for (let week = first; week < end; week += 7 * DAY) {
    const days = Array.from({ length: 7 }, (_, i) => week + i * DAY);
    rows.push({ label: '', keys: days.map((at) => (at < start || at >= end ? null : dateOf(at))) });
  }
  return { id: dateOf(start), title: named(language, { month: 'long' })(start), heads, rows };
}

export const yearSheets = (year: number, first_day: number, language: string): Sheet[] =>
  Array.from({ length: 12 }, (_, i) => monthSheet(year, i + 1, first_day, language));

export function hourSheet(days: string[], language: string): Sheet {
  const short = named(language, { day: 'numeric' });
  const long = named(language, { day: 'numeric', month: 'long', weekday: 'long' });
  const heads = days.map((day) => ({ short: short(Date.parse(day)), long: long(Date.parse(day)) }));
  const rows = Array.from({ length: 24 }, (_, hour) => {
    const two = String(hour).padStart(2, '0');
    return { label: `${two}:00`, keys: days.map((day) => `${day}T${two}`) };
  });
  return { id: days[0] ?? '', title: '', heads, rows };
}

const HOUR = 3_600_000;

/** The cell that an arrow key leads to, by its key; it may lie outside of what is shown. */
export function stepFrom(key: string, arrow: string): string | null {
  const is_hour = key.length > 10;
  const at = Date.parse(is_hour ? `${key}:00:00Z` : `${key}T00:00:00Z`);
  const steps: Record<string, number> = is_hour
    ? { ArrowLeft: -DAY, ArrowRight: DAY, ArrowUp: -HOUR, ArrowDown: HOUR }
    : { ArrowLeft: -DAY, ArrowRight: DAY, ArrowUp: -7 * DAY, ArrowDown: 7 * DAY };
  const step = steps[arrow];
  return step === undefined ? null : new Date(at + step).toISOString().slice(0, is_hour ? 13 : 10);
}
