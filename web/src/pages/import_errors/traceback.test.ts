import { expect, test } from 'vitest';
import { parseTraceback } from './traceback';

const TEXT = `Traceback (most recent call last):
  File "/home/x/dags/broken.py", line 7, in <module>
    load("<b>")
  File "/usr/lib/python3/helper.py", line 40, in load
    raise ValueError(name)
ValueError: <b>
`;

test('what went wrong, and where in one’s own file', () => {
  const found = parseTraceback(TEXT, '/home/x/dags/broken.py');
  expect(found.summary).toBe('ValueError: <b>');
  expect(found.place).toEqual({ file: '/home/x/dags/broken.py', line: 7 });
  expect(found.lines.map((line) => line.kind)).toEqual(['code', 'own', 'code', 'place', 'code', 'error']);
});

test('the innermost place when one’s own file is in none', () => {
  expect(parseTraceback(TEXT, '/other.py').place).toEqual({ file: '/usr/lib/python3/helper.py', line: 40 });
});

test('what is no traceback is its first line', () => {
  const found = parseTraceback('The file took longer than 30 s\nto import', '/a.py');
  expect(found).toMatchObject({ summary: 'The file took longer than 30 s', place: undefined });
  expect(parseTraceback('', '/a.py').summary).toBe('');
});
