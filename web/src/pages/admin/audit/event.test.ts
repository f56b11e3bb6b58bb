import { expect, test } from 'vitest';
import { setSettings } from '../../../app/settings';
import { extraOf, instantOf, objectOf } from './event';
import type { EventLog } from '../../../api/queries/event_log';

const event: EventLog = {
  event_log_id: 1,
  dag_display_name: null,
  task_display_name: null,
  logical_date: null,
  when: '2026-01-01T00:00:00Z',
  dag_id: null,
  task_id: null,
  run_id: null,
  map_index: null,
  try_number: null,
  event: 'patch_variable',
  owner: 'ann',
  extra: '{"key": "a b"}',
};

test('an entry leads to what it is about', () => {
  expect(objectOf(event)).toEqual({ name: 'a b', to: '/variables?q=a+b' });
  expect(objectOf({ ...event, event: 'delete_variable' })).toEqual({ name: 'a b' });
  expect(objectOf({ ...event, dag_id: 'd' })).toEqual({ name: 'd', to: '/dags/d' });
  expect(objectOf({ ...event, dag_id: 'd', run_id: 'r', task_id: 't', map_index: 3 })?.to).toBe(
    '/dags/d/runs/r/tasks/t/mapped/3',
  );
  expect(objectOf({ ...event, event: 'bulk_variables', extra: '{"entities": ["a"]}' })).toBeUndefined();
});

test('an extra that is no object is shown all the same', () => {
  expect(extraOf({ ...event, extra: 'text' })).toEqual({ extra: 'text' });
  expect(extraOf({ ...event, extra: null })).toEqual({});
});

test('times are meant in the zone that is picked', () => {
  setSettings({ time_zone: 'Europe/Berlin' });
  expect(instantOf('2026-03-01T12:30')).toBe('2026-03-01T11:30:00.000Z');
  expect(instantOf('2026-03-29T03:00')).toBe('2026-03-29T01:00:00.000Z');
  setSettings({ time_zone: 'UTC' });
  expect(instantOf('2026-03-01T12:30')).toBe('2026-03-01T12:30:00.000Z');
  expect(instantOf('soon')).toBe('');
  expect(instantOf('')).toBe('');
  setSettings({ time_zone: null });
});
