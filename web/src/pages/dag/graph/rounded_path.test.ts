import { expect, test } from 'vitest';
import { roundedPath } from './rounded_path';

test('a corner is rounded, a short leg by its half', () => {
  const at = (x: number, y: number) => ({ x, y });
  expect(roundedPath([], 8)).toBe('');
  expect(roundedPath([at(0, 0), at(10, 0)], 8)).toBe('M0.0 0.0L10.0 0.0');
  expect(roundedPath([at(0, 0), at(20, 0), at(20, 10)], 8)).toBe('M0.0 0.0L12.0 0.0Q20.0 0.0 20.0 5.0L20.0 10.0');
  expect(roundedPath([at(5, 5), at(5, 5), at(5, 5)], 8)).not.toContain('NaN');
});
