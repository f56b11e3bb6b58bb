import { afterEach, expect, test } from 'vitest';
import { loadLanguage } from '../i18n/text';
import { setSettings } from './settings';
import { durationOf, relativeTimeOf, setServerZone, shortTimeOf, timeOf, zone, zoneNameOf } from './zones';

afterEach(async () => {
  setSettings({ time_zone: null });
  setServerZone('UTC');
  await loadLanguage('en');
});

test('the server’s zone until one is picked', () => {
  setServerZone('Asia/Tokyo');
  expect(zone()).toBe('Asia/Tokyo');
  setSettings({ time_zone: 'Europe/Berlin' });
  expect(zone()).toBe('Europe/Berlin');
  setSettings({ time_zone: 'Mars/Olympus' });
  expect(zone()).toBe('UTC');
});

test('a time over the change to summer time', () => {
  setSettings({ time_zone: 'Europe/Berlin' });
  expect(timeOf('2026-03-29T00:59:59Z')).toBe('2026-03-29 01:59:59');
  expect(timeOf('2026-03-29T01:00:00Z')).toBe('2026-03-29 03:00:00');
  expect(zoneNameOf('2026-03-29T01:00:00Z')).toBe('GMT+2');
});

test('midnight is 00, and today has no date', () => {
  const now = new Date('2026-11-25T12:00:00Z');
  expect(timeOf('2026-11-25T00:00:05Z')).toBe('2026-11-25 00:00:05');
  expect(shortTimeOf('2026-11-25T00:00:05Z', now)).toBe('00:00:05');
  expect(shortTimeOf('2026-11-24T23:59:59Z', now)).toBe('2026-11-24 23:59');
});

test('relative times in both languages', async () => {
  const now = new Date('2026-11-25T12:00:00Z');
  expect(relativeTimeOf('2026-11-25T11:57:00Z', now)).toBe('3 min. ago');
  expect(relativeTimeOf('2026-11-25T14:00:00Z', now)).toBe('in 2 hr.');
  await loadLanguage('ru');
  expect(relativeTimeOf('2026-11-25T11:57:00Z', now)).toBe('3 мин. назад');
});

test('durations', async () => {
  expect([0.416, 9.99, 12, 59.7, 200, 7500, 86_400, 270_000].map(durationOf)).toEqual([
    '0.42 s',
    '9.99 s',
    '12 s',
    '1 m',
    '3 m 20 s',
    '2 h 5 m',
    '1 d',
    '3 d 3 h',
  ]);
  await loadLanguage('ru');
  expect(durationOf(0.416)).toBe('0,42 с');
});
