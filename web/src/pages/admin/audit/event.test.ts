import { expect, test } from 'vitest';
import { extraOf, objectOf, type AuditEvent } from './event';

const event: AuditEvent = {
  event_log_id: 1,
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
