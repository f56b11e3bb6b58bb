// A schedule in words of the page's language. The server says it in English (`schedule_in_words`); what people write most
// is said here in either; the rest stays as the server has it.
import { language, textOf } from '../i18n/text';

const t = textOf<typeof import('../i18n/en/schedule.json')>('schedule');

const PRESETS: Record<string, string> = {
  '@hourly': '0 * * * *',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@weekly': '0 0 * * 0',
  '@monthly': '0 0 1 * *',
  '@quarterly': '0 0 1 */3 *',
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
};
const PLAIN = /^\d{1,2}$/;
const SUNDAY = Date.UTC(2026, 0, 4);

const dayName = (day: number) =>
  new Intl.DateTimeFormat(language(), { weekday: 'long', timeZone: 'UTC' }).format(SUNDAY + (day % 7) * 86_400_000);
const monthDay = (month: number, day: number) =>
  new Intl.DateTimeFormat(language(), { month: 'long', day: 'numeric', timeZone: 'UTC' }).format(
    Date.UTC(2026, month - 1, day),
  );
const list = (words: string[]) => new Intl.ListFormat(language(), { type: 'conjunction' }).format(words);

/** '1-5' and '1,3,5' as days; undefined for what is neither. */
function days(field: string): number[] | undefined {
  const range = /^([0-7])-([0-7])$/.exec(field);
  if (range) {
    const [from, to] = [Number(range[1]), Number(range[2])];
    return from < to ? Array.from({ length: to - from + 1 }, (_, at) => from + at) : undefined;
  }
  return /^[0-7](,[0-7])*$/.test(field) ? field.split(',').map(Number) : undefined;
}

function cronInWords(cron: string): string | undefined {
  const fields = cron.trim().split(/\s+/);
  const [minute = '', hour = '', day = '', month = '', weekday = ''] = fields;
  if (fields.length !== 5) return undefined;
  const rest = `${day} ${month} ${weekday}`;
  const step = (field: string) => /^\*\/(\d{1,2})$/.exec(field)?.[1];
  if (rest === '* * *' && hour === '*') {
    if (minute === '*') return t('every_minute');
    if (step(minute)) return t('every_minutes', { count: Number(step(minute)) });
    if (PLAIN.test(minute)) return minute === '0' ? t('every_hour') : t('every_hour_at', { minute: Number(minute) });
  }
  if (rest === '* * *' && step(hour) && minute === '0') return t('every_hours', { count: Number(step(hour)) });
  if (!PLAIN.test(minute) || !PLAIN.test(hour)) return undefined;
  const time = `${hour.padStart(2, '0')}:${minute.padStart(2, '0')}`;
  if (rest === '* * *') return t('every_day', { time });
  if (day === '*' && month === '*') {
    const found = days(weekday);
    if (!found) return undefined;
    if (weekday === '1-5') return t('on_workdays', { time });
    return t('on_days', { time, days: list(found.map(dayName)) });
  }
  if (weekday !== '*' || !PLAIN.test(day)) return undefined;
  if (month === '*') return t('every_month', { time, day: Number(day) });
  if (month === '*/3') return t('every_quarter', { time, day: Number(day) });
  return PLAIN.test(month) ? t('every_year', { time, date: monthDay(Number(month), Number(day)) }) : undefined;
}

/** null, '' and 'None': it runs only when somebody triggers it. */
export const hasSchedule = (summary: string | null): boolean => !['', 'None'].includes(summary?.trim() ?? '');

export function scheduleInWords(dag: { timetable_summary: string | null; schedule_in_words?: string | null }): string {
  const summary = dag.timetable_summary?.trim() ?? '';
  if (!hasSchedule(summary)) return t('none');
  if (summary === '@once') return t('once');
  if (summary === '@continuous') return t('continuous');
  return cronInWords(PRESETS[summary] ?? summary) ?? (dag.schedule_in_words || summary);
}
