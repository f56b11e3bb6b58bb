import { describe, expect, it } from 'vitest';
import { COLUMN, HEAD, moved, placeAt, ROW, scrollTo, seen } from './geometry';

const counts = { rows: 10, columns: 4 };

describe('the grid’s geometry', () => {
  it('sees the rows that are at least partly in view', () => {
    expect(seen(0, 100, 24, 1000)).toEqual([0, 5]);
    expect(seen(23, 100, 24, 1000)).toEqual([0, 6]);
    expect(seen(24, 96, 24, 1000)).toEqual([1, 5]);
    expect(seen(0, 100, 24, 2)).toEqual([0, 2]);
    expect(seen(5000, 100, 24, 2)).toEqual([2, 2]);
  });

  it('finds what is at a point', () => {
    const view = { scroll_left: COLUMN, scroll_top: 2 * ROW, width: 400, height: 400 };
    expect(placeAt(200 + 1, HEAD + 1, view, 200, counts)).toEqual({ row: 2, column: 1 });
    expect(placeAt(10, HEAD + 1, view, 200, counts)).toEqual({ row: 2, column: -1 });
    expect(placeAt(201, 5, view, 200, counts)).toEqual({ row: -1, column: 1 });
    expect(placeAt(10, 5, view, 200, counts)).toBeUndefined();
    expect(placeAt(200 + 3 * COLUMN + 1, HEAD, view, 200, counts)).toBeUndefined();
  });

  it('scrolls no further than needed', () => {
    expect(scrollTo(100, 200, 150, 24)).toBe(100);
    expect(scrollTo(100, 200, 50, 24)).toBe(50);
    expect(scrollTo(100, 200, 290, 24)).toBe(114);
  });

  it('moves by keys within its borders, and never into the empty corner', () => {
    const at = (row: number, column: number) => ({ row, column });
    const go = (key: string, from: ReturnType<typeof at>, far = false) => moved(key, far, from, counts, 5);
    expect(go('ArrowDown', at(9, 1))).toEqual(at(9, 1));
    expect(go('ArrowUp', at(0, 1))).toEqual(at(-1, 1));
    expect(go('ArrowUp', at(0, -1))).toEqual(at(0, -1));
    expect(go('ArrowLeft', at(-1, 0))).toEqual(at(-1, 0));
    expect(go('Home', at(3, 2))).toEqual(at(3, -1));
    expect(go('Home', at(-1, 2))).toEqual(at(-1, 0));
    expect(go('End', at(3, 0), true)).toEqual(at(9, 3));
    expect(go('PageDown', at(7, 0))).toEqual(at(9, 0));
    expect(go('PageUp', at(2, 0))).toEqual(at(0, 0));
    expect(go('x', at(0, 0))).toBeUndefined();
  });
});
