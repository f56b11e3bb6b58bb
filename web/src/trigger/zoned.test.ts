import { describe, expect, it } from 'vitest';
import { bodyOf, optionProblems, startOptions } from './run_options';
import { localText, offsetText, zonedOf } from './zoned';

describe('a date typed in a zone', () => {
  it.each([
    ['2026-11-25T10:00', 'UTC', '2026-11-25T10:00:00+00:00'],
    ['2026-11-25T10:00:05', 'Europe/Berlin', '2026-11-25T10:00:05+01:00'],
    ['2026-07-01T10:00', 'Europe/Berlin', '2026-07-01T10:00:00+02:00'],
    ['2026-07-01T10:00', 'Asia/Kolkata', '2026-07-01T10:00:00+05:30'],
    ['2026-07-01T10:00', 'America/New_York', '2026-07-01T10:00:00-04:00'],
    // Skipped by the clocks: an hour on. Shown twice: the first.
    ['2026-03-29T02:30', 'Europe/Berlin', '2026-03-29T03:30:00+02:00'],
    ['2026-10-25T02:30', 'Europe/Berlin', '2026-10-25T02:30:00+02:00'],
  ])('%s in %s is %s', (local, zone, moment) => {
    expect(zonedOf(local, zone)).toBe(moment);
  });
  it('is none when there is no such day, or half of it', () => {
    for (const text of ['', '2026-02-30T10:00', '2026-02-03', '2026-02-03T25:00', 'now'])
      expect(zonedOf(text, 'UTC')).toBeUndefined();
  });
  it('is read back', () => {
    expect(localText('2026-11-25T09:00:00Z', 'Asia/Tokyo')).toBe('2026-11-25T18:00:00');
    expect(localText('2026-11-25 09:00:00', 'Asia/Tokyo')).toBe('2026-11-25T09:00:00');
    expect(localText('{{ ds }}', 'UTC')).toBe('');
    expect(offsetText(-210)).toBe('-03:30');
  });
});

describe('a run’s own fields', () => {
  const options = startOptions('Europe/Berlin');
  it('make the request’s body', () => {
    const now = new Date('2026-11-25T10:00:00Z');
    expect(bodyOf(options, { a: 1 }, now)).toEqual({ logical_date: '2026-11-25T10:00:00.000Z', conf: { a: 1 } });
    expect(bodyOf({ ...options, logical: 'none' }, {}, now).logical_date).toBeNull();
    const full = {
      ...options,
      run_id: 'r',
      logical: 'at' as const,
      logical_date: '2026-01-01T00:00',
      interval_start: '2026-01-01T00:00',
      interval_end: '2026-01-02T00:00',
      note: 'n',
    };
    expect(optionProblems(full)).toEqual({});
    expect(bodyOf(full, {}, now)).toEqual({
      dag_run_id: 'r',
      logical_date: '2026-01-01T00:00:00+01:00',
      data_interval_start: '2026-01-01T00:00:00+01:00',
      data_interval_end: '2026-01-02T00:00:00+01:00',
      conf: {},
      note: 'n',
    });
  });
  it('say what is wrong with them', () => {
    expect(Object.keys(optionProblems({ ...options, run_id: 'a b' }))).toEqual(['run_id']);
    expect(Object.keys(optionProblems({ ...options, run_id: 'a..b' }))).toEqual(['run_id']);
    expect(Object.keys(optionProblems({ ...options, logical: 'at' }))).toEqual(['logical_date']);
    expect(Object.keys(optionProblems({ ...options, interval_start: '2026-01-01T00:00' }))).toEqual(['interval_end']);
    const turned = { ...options, interval_start: '2026-01-02T00:00', interval_end: '2026-01-01T00:00' };
    expect(Object.keys(optionProblems(turned))).toEqual(['interval_end']);
    expect(Object.keys(optionProblems({ ...options, note: 'x'.repeat(1001) }))).toEqual(['note']);
  });
});
