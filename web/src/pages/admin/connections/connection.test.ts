import { expect, test } from 'vitest';
import { bodyOf, extraOf, formOf, problemsOf, withExtra } from './connection';

const saved = {
  connection_id: 'db',
  conn_type: 'postgres',
  description: null,
  host: 'h',
  login: null,
  schema: 'public',
  port: 5432,
  password: '***',
  extra: '{"sslmode":"require","token":"***"}',
};
const response = { ...saved, team_name: null };

test('what is shown and saved unchanged is what it was', () => {
  const body = bodyOf(formOf(response));
  expect({ ...body, extra: JSON.parse(body.extra ?? '') as unknown }).toEqual({
    ...saved,
    extra: { sslmode: 'require', token: '***' },
  });
});

test('a field of the extra is set and taken away without touching the others', () => {
  const more = withExtra('{"a": 1}', 'b', true);
  expect(JSON.parse(more)).toEqual({ a: 1, b: true });
  expect(JSON.parse(withExtra(more, 'a', ''))).toEqual({ b: true });
  expect(withExtra('{"a": 1}', 'a', null)).toBe('');
});

test('the extra is a JSON object or nothing', () => {
  expect(extraOf('')).toEqual({});
  expect(extraOf('[1]')).toBeUndefined();
  expect(extraOf('{')).toBeUndefined();
});

test('the form finds what is wrong before the server does', () => {
  expect(problemsOf({ ...formOf(response) })).toEqual({});
  expect(problemsOf({ ...formOf(undefined), port: '70000', extra: 'x' })).toEqual({
    connection_id: 'needed',
    conn_type: 'needed',
    port: 'port_range',
    extra: 'extra_json',
  });
  expect(problemsOf({ ...formOf(response), connection_id: 'a b' }).connection_id).toBe('id_characters');
});
