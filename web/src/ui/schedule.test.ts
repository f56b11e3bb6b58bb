import { afterEach, expect, test } from 'vitest';
import { loadLanguage } from '../i18n/text';
import { scheduleInWords } from './schedule';

const words = (timetable_summary: string | null, schedule_in_words = 'as the server says') =>
  scheduleInWords({ timetable_summary, schedule_in_words });

afterEach(() => loadLanguage('en'));

test('what people write most', async () => {
  const cases = [
    [null, 'Only when triggered', 'Только вручную'],
    ['@daily', 'Every day at 00:00', 'Каждый день в 00:00'],
    ['0 6 * * *', 'Every day at 06:00', 'Каждый день в 06:00'],
    ['*/5 * * * *', 'Every 5 minutes', 'Каждые 5 минут'],
    ['*/21 * * * *', 'Every 21 minutes', 'Каждую 21 минуту'],
    ['15 * * * *', 'Every hour, at minute 15', 'Каждый час, минута 15'],
    ['0 */2 * * *', 'Every 2 hours', 'Каждые 2 часа'],
    ['30 7 * * 1-5', 'Monday to Friday at 07:30', 'С понедельника по пятницу в 07:30'],
    ['30 7 * * 1,4', 'Monday and Thursday at 07:30', 'понедельник и четверг, в 07:30'],
    ['0 4 1 * *', 'On day 1 of each month at 04:00', '1-го числа каждого месяца в 04:00'],
    ['@yearly', 'Every January 1 at 00:00', 'Каждый год 1 января в 00:00'],
  ] as const;
  for (const [summary, english] of cases) expect(words(summary)).toBe(english);
  await loadLanguage('ru');
  for (const [summary, , russian] of cases) expect(words(summary)).toBe(russian);
});

test('anything else is said as the server says it', () => {
  for (const summary of ['0 0 1,15 * 3', '5-10 * * * *', '1 2 3', '0 0 * * MON', '0 0 L * *', 'Dataset'])
    expect(words(summary)).toBe('as the server says');
  expect(words('1 day, 0:00:00', '')).toBe('1 day, 0:00:00');
});
