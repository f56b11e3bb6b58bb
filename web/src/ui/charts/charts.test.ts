import { describe, expect, test } from 'vitest';
import { durationTicks, linearScale, medianOf } from './scale';
import { formatTick, fromWallClock, timeTicks, zoneOffset } from './time_axis';

const HOUR = 3_600_000;

describe('scales', () => {
  test('a linear scale, also of no extent', () => {
    expect(linearScale(0, 10, 100, 200)(5)).toBe(150);
    expect(linearScale(3, 3, 100, 200)(3)).toBe(100);
  });
  test.each([
    [0, [0, 0.001]],
    [0.0042, [0, 0.001, 0.002, 0.003, 0.004, 0.005]],
    [47, [0, 10, 20, 30, 40, 50]],
    [61, [0, 15, 30, 45, 60, 75]],
    [3600, [0, 900, 1800, 2700, 3600]],
    [86_400 * 3, [0, 86_400, 172_800, 259_200]],
  ])('ticks up to %s s', (longest, ticks) => {
    expect(durationTicks(longest, 5)).toEqual(ticks);
  });
  test('medians', () => {
    expect(medianOf([])).toBeNull();
    expect(medianOf([3, 1, 2])).toBe(2);
    expect(medianOf([4, 1, 2, 3])).toBe(2.5);
  });
});

describe('time axes', () => {
  const at = (text: string) => Date.parse(text);
  test('offsets of zones, also before and after a change', () => {
    expect(zoneOffset(at('2026-01-15T00:00:00Z'), 'UTC')).toBe(0);
    expect(zoneOffset(at('2026-01-15T00:00:00Z'), 'Europe/Berlin')).toBe(HOUR);
    expect(zoneOffset(at('2026-07-15T00:00:00.5Z'), 'Europe/Berlin')).toBe(2 * HOUR);
    expect(zoneOffset(at('2026-07-15T00:00:00Z'), 'Asia/Kolkata')).toBe(5.5 * HOUR);
  });
  test('a time that the clock skips is after the gap', () => {
    const skipped = fromWallClock(Date.UTC(2026, 2, 29, 2, 30), 'Europe/Berlin');
    expect(new Date(skipped).toISOString()).toBe('2026-03-29T01:30:00.000Z');
  });
  test('days begin at midnight of the zone, also when one has 23 hours', () => {
    const ticks = timeTicks(at('2026-03-27T12:00:00Z'), at('2026-03-31T12:00:00Z'), 6, 'Europe/Berlin');
    expect(ticks.map((tick) => new Date(tick.at).toISOString().slice(0, 16))).toEqual([
      '2026-03-27T23:00',
      '2026-03-28T23:00',
      '2026-03-29T22:00',
      '2026-03-30T22:00',
    ]);
    expect(ticks.every((tick) => tick.unit === 'day')).toBe(true);
  });
  test('hours are whole hours in a zone of half hours', () => {
    const ticks = timeTicks(at('2026-03-01T00:00:00Z'), at('2026-03-01T03:00:00Z'), 4, 'Asia/Kolkata');
    expect(ticks.map((tick) => formatTick(tick, 'Asia/Kolkata', 'en'))).toEqual(['06:00', '07:00', '08:00']);
  });
  test('milliseconds', () => {
    const from = at('2026-03-01T00:00:00.010Z');
    const ticks = timeTicks(from, from + 22, 5, 'UTC');
    expect(ticks.map((tick) => tick.at - from)).toEqual([0, 5, 10, 15, 20]);
    expect(ticks[0]?.unit).toBe('millisecond');
  });
  test('never more than asked for, within the range', () => {
    for (const span of [1, 50, 999, 60_000, 86_400_000, 400 * 86_400_000, 9e11]) {
      const from = at('2026-01-01T03:04:05.678Z');
      const ticks = timeTicks(from, from + span, 8, 'America/New_York');
      expect(ticks.length).toBeLessThanOrEqual(9);
      expect(ticks.every((tick) => tick.at >= from && tick.at <= from + span)).toBe(true);
    }
    expect(timeTicks(5, 5, 8, 'UTC')).toEqual([]);
  });
});
