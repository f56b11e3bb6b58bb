import { expect, test } from 'vitest';
import { BadFile, exportVariables, formatted, parseVariables } from './variable';

test('a file of variables is read in both of Airflow’s forms', () => {
  const text = '{"a": "1", "b": {"x": 2}, "c": {"value": [3], "description": "why"}, "d": {"value": 1, "other": 2}}';
  expect(parseVariables(text).entities).toEqual([
    { key: 'a', value: '1' },
    { key: 'b', value: { x: 2 } },
    { key: 'c', value: [3], description: 'why' },
    { key: 'd', value: { value: 1, other: 2 } },
  ]);
});

test('what is no file of variables is refused with a reason', () => {
  expect(() => parseVariables('{"a":')).toThrow(BadFile);
  expect(() => parseVariables('[1]')).toThrow(BadFile);
});

test('an export is read back as it was', () => {
  const variables = [
    { key: 'a', value: 'x', description: null, is_encrypted: false, team_name: null },
    { key: 'b', value: '{"y": 1}', description: 'why', is_encrypted: true, team_name: null },
  ];
  expect(parseVariables(exportVariables(variables)).entities).toEqual([
    { key: 'a', value: 'x' },
    { key: 'b', value: '{"y": 1}', description: 'why' },
  ]);
});

test('only objects and lists are formatted', () => {
  expect(formatted('{"a":1}')).toBe('{\n  "a": 1\n}');
  expect(formatted('7')).toBeUndefined();
  expect(formatted('text')).toBeUndefined();
});
