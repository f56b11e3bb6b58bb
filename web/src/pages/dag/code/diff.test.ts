import { describe, expect, test } from 'vitest';
import type { DiffLine } from './diff';
import { changeCount, diffLines, folded, linesOf, sideBySide } from './diff';

const signs = { same: ' ', removed: '-', added: '+' };
const shown = (lines: DiffLine[]) => lines.map((line) => `${signs[line.kind]}${line.text}`);
const numbered = (count: number) => Array.from({ length: count }, (_, i) => `line ${String(i)}`);

/** Both texts can be read from the difference again: whatever it says, it is one. */
function expectSound(before: string[], after: string[], lines: DiffLine[]) {
  expect(lines.filter((line) => line.kind !== 'added').map((line) => line.text)).toEqual(before);
  expect(lines.filter((line) => line.kind !== 'removed').map((line) => line.text)).toEqual(after);
  const numbers = (key: 'old_line' | 'new_line') => lines.map((line) => line[key]).filter((n) => n !== null);
  expect(numbers('old_line')).toEqual(before.map((_, i) => i + 1));
  expect(numbers('new_line')).toEqual(after.map((_, i) => i + 1));
}

test('lines, with any line end and with or without the last', () => {
  expect(linesOf('a\r\nb\n')).toEqual(['a', 'b']);
  expect(linesOf('a\nb')).toEqual(['a', 'b']);
  expect(linesOf('')).toEqual([]);
  expect(linesOf('\n')).toEqual(['']);
});

describe('by line', () => {
  test('a changed line, an added one, a removed one', () => {
    expect(shown(diffLines('a\nb\nc\nd', 'a\nB\nc\nx\n'))).toEqual([' a', '-b', '+B', ' c', '-d', '+x']);
    expect(shown(diffLines('a\nc', 'a\nb\nc'))).toEqual([' a', '+b', ' c']);
    expect(shown(diffLines('a\nb\nc', 'a\nc'))).toEqual([' a', '-b', ' c']);
    expect(shown(diffLines('', 'a'))).toEqual(['+a']);
    expect(diffLines('', '')).toEqual([]);
  });
  test('a moved block is held by its lines', () => {
    const lines = diffLines('a\nb\nx\ny\nz', 'x\ny\nz\na\nb');
    expect(changeCount(lines)).toEqual({ added: 2, removed: 2 });
  });
  test('any two texts give a sound difference', () => {
    let seed = 1;
    const random = (below: number) => (seed = (seed * 48271) % 2147483647) % below;
    for (let round = 0; round < 200; round += 1) {
      const some = (letters: number) => Array.from({ length: random(30) }, () => `l${String(random(letters))}`);
      const before = some(3 + random(20));
      const after = random(2) === 0 ? some(5) : before.filter(() => random(4) > 0).concat(some(9));
      expectSound(before, after, diffLines(before.join('\n'), after.join('\n')));
    }
  });
  test('large files that have little or nothing in common', () => {
    const before = numbered(10_000);
    const other = before.map((line) => `other ${line}`);
    expectSound(before, other, diffLines(before.join('\n'), other.join('\n')));
    const some = before.map((line, i) => (i % 7 === 0 ? 'pass' : line));
    const lines = diffLines(before.join('\n'), some.join('\n'));
    expectSound(before, some, lines);
    expect(changeCount(lines)).toEqual({ added: 1429, removed: 1429 });
  });
});

describe('by word', () => {
  test('what changed in a line', () => {
    const [old, now] = diffLines('retries=3, pool="a"', 'retries=5, pool="a"');
    expect(old?.words?.filter((word) => word.is_changed).map((word) => word.text)).toEqual(['3']);
    expect(now?.words?.filter((word) => word.is_changed).map((word) => word.text)).toEqual(['5']);
    expect(now?.words?.map((word) => word.text).join('')).toBe('retries=5, pool="a"');
  });
  test('lines that share nothing are not compared', () => {
    expect(diffLines('import os', 'x = foo(1)').every((line) => line.words === null)).toBe(true);
  });
});

describe('folding', () => {
  const before = numbered(30);
  const after = before.with(15, 'changed');
  const lines = diffLines(before.join('\n'), after.join('\n'));
  test('three lines stay around a change', () => {
    const rows = folded(lines, () => false);
    expect(rows.map((row) => (row.kind === 'fold' ? row.count : row.kind))).toEqual([
      12,
      ...['same', 'same', 'same', 'removed', 'added', 'same', 'same', 'same'],
      11,
    ]);
  });
  test('a fold opens by its id', () => {
    const [first] = folded(lines, () => false);
    const rows = folded(lines, (id) => first?.kind === 'fold' && id === first.id);
    expect(rows.filter((row) => row.kind === 'fold')).toHaveLength(1);
    expect(rows[0]).toMatchObject({ kind: 'same', text: 'line 0' });
  });
  test('equal texts are one fold', () => {
    expect(folded(diffLines('a\nb\nc\nd\ne', 'a\nb\nc\nd\ne'), () => false)).toEqual([
      { kind: 'fold', id: 0, count: 5 },
    ]);
  });
});

test('side by side: removed beside added, the longer side goes on alone', () => {
  const rows = sideBySide(folded(diffLines('a\nb\nc\nd', 'a\nx\nd'), () => false));
  const cells = rows.map((row) => (row.kind === 'pair' ? [row.old?.text ?? null, row.new?.text ?? null] : row.kind));
  expect(cells).toEqual([
    ['a', 'a'],
    ['b', 'x'],
    ['c', null],
    ['d', 'd'],
  ]);
});
