import { afterEach, expect, it } from 'vitest';
import { setSettings } from '../../../app/settings';
import { dayStart } from './day_start';

afterEach(() => setSettings({ time_zone: null }));

it('begins a day where the page’s zone begins it', () => {
  setSettings({ time_zone: 'Europe/Berlin' });
  expect(dayStart('2026-01-31', 0)).toBe('2026-01-30T23:00:00.000Z');
  expect(dayStart('2026-03-29', 1)).toBe('2026-03-29T22:00:00.000Z');
  setSettings({ time_zone: 'UTC' });
  expect(dayStart('2026-01-31', 1)).toBe('2026-02-01T00:00:00.000Z');
  expect(dayStart('yesterday', 0)).toBeUndefined();
});
