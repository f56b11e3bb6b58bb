// Times as people read them: in the zone that they have picked. Every time on the page goes through here or <TimeText>.
import { language } from '../i18n/text';
import { getSettings } from './settings';

let serverZone = 'UTC';
export const setServerZone = (zone: string): void => void (serverZone = isZone(zone) ? zone : 'UTC');

function isZone(name: string): boolean {
  try {
    return Boolean(new Intl.DateTimeFormat('en', { timeZone: name }));
  } catch {
    return false;
  }
}

export const browserZone = (): string => new Intl.DateTimeFormat().resolvedOptions().timeZone;

/** The IANA name of the zone that times are shown in. */
export function zone(): string {
  const picked = getSettings().time_zone;
  if (picked === null) return serverZone;
  if (picked === 'local') return browserZone();
  return isZone(picked) ? picked : 'UTC';
}

export const allZones = (): string[] => ['UTC', ...Intl.supportedValuesOf('timeZone').filter((name) => name !== 'UTC')];

const formats = new Map<string, Intl.DateTimeFormat>();
function format(key: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const name = `${key} ${language()} ${zone()}`;
  let found = formats.get(name);
  if (!found) {
    found = new Intl.DateTimeFormat(language(), { timeZone: zone(), hourCycle: 'h23', ...options });
    formats.set(name, found);
  }
  return found;
}

const FULL: Intl.DateTimeFormatOptions = {
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
};

/** "2026-11-25 14:31:02", the same in every language, for columns. */
export function timeOf(value: string | Date): string {
  const parts = Object.fromEntries(
    format('parts', FULL)
      .formatToParts(new Date(value))
      .map((part) => [part.type, part.value]),
  );
  return `${parts.year}-${parts.month}-${parts.day} ${parts.hour}:${parts.minute}:${parts.second}`;
}

/** "14:31:02" on the same day in the zone, else "2026-11-25 14:31". */
export function shortTimeOf(value: string | Date, now = new Date()): string {
  const [date, time] = timeOf(value).split(' ') as [string, string];
  return date === timeOf(now).slice(0, 10) ? time : `${date} ${time.slice(0, 5)}`;
}

/** "GMT+3", "UTC": of that moment, since daylight saving changes it. */
export const zoneNameOf = (value: string | Date): string =>
  format('name', { timeZoneName: 'short' })
    .formatToParts(new Date(value))
    .find((part) => part.type === 'timeZoneName')?.value ?? zone();

const STEPS: [limit: number, seconds: number, unit: Intl.RelativeTimeFormatUnit][] = [
  [60, 1, 'second'],
  [3600, 60, 'minute'],
  [86_400, 3600, 'hour'],
  [7 * 86_400, 86_400, 'day'],
  [60 * 86_400, 7 * 86_400, 'week'],
  [730 * 86_400, 30.44 * 86_400, 'month'],
  [Infinity, 365.25 * 86_400, 'year'],
];

/** "3 minutes ago", "in 2 hours"; in words of the page's language. */
export function relativeTimeOf(value: string | Date, now = new Date()): string {
  const seconds = (new Date(value).getTime() - now.getTime()) / 1000;
  const [, size, unit] = STEPS.find(([limit]) => Math.abs(seconds) < limit) ?? [0, 1, 'second'];
  return new Intl.RelativeTimeFormat(language(), { numeric: 'auto', style: 'short' }).format(
    Math.trunc(seconds / size),
    unit,
  );
}

/** "0.42 s", "12 s", "3 m 20 s", "2 h 5 m", "3 d 4 h": of so many seconds. */
export function durationOf(seconds: number): string {
  const unit = (name: 'd' | 'h' | 'm' | 's') =>
    language() === 'ru' ? { d: 'д', h: 'ч', m: 'мин', s: 'с' }[name] : name;
  const number = (value: number, digits = 0) =>
    new Intl.NumberFormat(language(), { maximumFractionDigits: digits }).format(value);
  if (seconds < 10) return `${number(Math.max(0, seconds), 2)} ${unit('s')}`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${number(whole)} ${unit('s')}`;
  const sizes = [
    ['d', 86_400, 'h', 3600],
    ['h', 3600, 'm', 60],
    ['m', 60, 's', 1],
  ] as const;
  const [big, size, small, part] = sizes.find(([, size]) => whole >= size) ?? sizes[2];
  const rest = Math.floor((whole % size) / part);
  return `${number(Math.floor(whole / size))} ${unit(big)}${rest ? ` ${number(rest)} ${unit(small)}` : ''}`;
}
