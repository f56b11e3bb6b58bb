import { describe, expect, it } from 'vitest';
import { compareCells, readTable, separatorOf, tableOfJson } from './csv';

describe('a table as text', () => {
  it.each([
    ['a,b\n1,2\n', ['a', 'b'], [['1', '2']]],
    [
      'a,b\r\n1,2\r\n3,4',
      ['a', 'b'],
      [
        ['1', '2'],
        ['3', '4'],
      ],
    ],
    ['a,b\n"x,y","say ""hi"""\n', ['a', 'b'], [['x,y', 'say "hi"']]],
    ['a,b\n"two\nlines",2\n', ['a', 'b'], [['two\nlines', '2']]],
    [
      'a,b\n1,\n,\n',
      ['a', 'b'],
      [
        ['1', ''],
        ['', ''],
      ],
    ],
    ['a,b\n1,', ['a', 'b'], [['1', '']]],
    ['\uFEFFa\n\n1\n', ['a'], [['1']]],
    ['a,b\n"never closed,2', ['a', 'b'], [['never closed,2']]],
    ['a\n"1"x\n', ['a'], [['1x']]],
    ['', [], []],
  ])('%j', (text, columns, rows) => {
    expect(readTable(text, ',')).toEqual({ columns, rows, is_cut: false });
  });

  it('keeps so many rows, and says so', () => {
    expect(readTable('a\n1\n2\n3\n', ',', 2)).toEqual({ columns: ['a'], rows: [['1'], ['2']], is_cut: true });
  });

  it('finds its separator', () => {
    expect(separatorOf('a,b;c,d\n')).toBe(',');
    expect(separatorOf('"a,b,c";d\n')).toBe(';');
    expect(separatorOf('a\tb\n')).toBe('\t');
    expect(separatorOf('')).toBe(',');
  });

  it('is sorted by number, by text, the empty last', () => {
    const sorted = (cells: string[], down = false) => cells.toSorted((a, b) => compareCells(a, b, down));
    expect(sorted(['10', '', '9', '-1.5'])).toEqual(['-1.5', '9', '10', '']);
    expect(sorted(['10', '', '9'], true)).toEqual(['10', '9', '']);
    expect(sorted(['b', 'a10', 'a9'])).toEqual(['a9', 'a10', 'b']);
  });

  it('is made of a list of objects', () => {
    expect(
      tableOfJson([
        { a: 1, b: 'x' },
        { a: null, c: [1] },
      ]),
    ).toEqual({
      columns: ['a', 'b', 'c'],
      rows: [
        ['1', 'x', ''],
        ['', '', '[1]'],
      ],
      is_cut: false,
    });
    for (const none of [{}, [], [1], [{ a: 1 }, [2]], [{}], null]) expect(tableOfJson(none)).toBeUndefined();
  });
});
