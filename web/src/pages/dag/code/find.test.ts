import { describe, expect, test } from 'vitest';
import { cutAtMatches, findIn, parseLines, writeLines } from './find';

test('finds each place, whatever the case', () => {
  expect(findIn(['DAG dag', '', 'x = dag'], 'dag')).toEqual([
    { line: 0, from: 0, to: 3 },
    { line: 0, from: 4, to: 7 },
    { line: 2, from: 4, to: 7 },
  ]);
  expect(findIn(['aaa'], 'aa')).toHaveLength(1);
  expect(findIn(['a'], '')).toEqual([]);
  expect(findIn(['(a.b)'], '(a.')).toHaveLength(1);
});

test('lines in the address', () => {
  expect(parseLines('12')).toEqual({ from: 12, to: 12 });
  expect(parseLines('20-12')).toEqual({ from: 12, to: 20 });
  for (const wrong of [undefined, '', '0', '-3', 'x', '1-']) expect(parseLines(wrong)).toBeNull();
  expect(writeLines({ from: 3, to: 3 })).toBe('3');
  expect(writeLines({ from: 3, to: 5 })).toBe('3-5');
});

describe('tokens are cut at matches', () => {
  const tokens = [
    { text: 'def ', kind: 'keyword' },
    { text: 'load', kind: 'function' },
    { text: '():', kind: '' },
  ];
  test('within one, over two', () => {
    const pieces = cutAtMatches(tokens, [
      { from: 1, to: 2, number: 0 },
      { from: 6, to: 9, number: 1 },
    ]);
    expect(pieces.map(({ text, match }) => [text, match])).toEqual([
      ['d', null],
      ['e', 0],
      ['f ', null],
      ['lo', null],
      ['ad', 1],
      ['(', 1],
      ['):', null],
    ]);
    expect(pieces.map((piece) => piece.text).join('')).toBe('def load():');
  });
  test('matches that touch each other', () => {
    const pieces = cutAtMatches(
      [{ text: 'aaaa', kind: '' }],
      [
        { from: 0, to: 2, number: 0 },
        { from: 2, to: 4, number: 1 },
      ],
    );
    expect(pieces.map(({ text, match }) => [text, match])).toEqual([
      ['aa', 0],
      ['aa', 1],
    ]);
  });
});
