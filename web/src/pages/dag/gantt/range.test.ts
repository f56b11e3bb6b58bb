import { expect, test } from 'vitest';
import { isWhole, padded, panned, percent, rangeFrom, zoomed } from './range';

const whole = { from: 1000, to: 2000 };
const iso = (ms: number) => new Date(ms).toISOString();

test('the address is kept within what there is', () => {
  expect(rangeFrom(undefined, undefined, whole)).toEqual(whole);
  expect(rangeFrom(iso(1200), iso(1500), whole)).toEqual({ from: 1200, to: 1500 });
  expect(rangeFrom(iso(1200), undefined, whole)).toEqual({ from: 1200, to: 2000 });
  expect(rangeFrom(iso(0), iso(9000), whole)).toEqual(whole);
  expect(rangeFrom(iso(1500), iso(1200), whole)).toEqual(whole);
  expect(rangeFrom('rubbish', iso(1500), whole)).toEqual({ from: 1000, to: 1500 });
});

test('zooming holds the anchor, and ends at the whole', () => {
  expect(zoomed(whole, 0.5, 0.5, whole)).toEqual({ from: 1250, to: 1750 });
  expect(zoomed(whole, 0.5, 0, whole)).toEqual({ from: 1000, to: 1500 });
  expect(zoomed({ from: 1900, to: 2000 }, 4, 0.5, whole)).toEqual({ from: 1600, to: 2000 });
  expect(isWhole(zoomed(whole, 3, 0.3, whole), whole)).toBe(true);
  const closest = zoomed(whole, 1e-9, 0.5, whole);
  expect(closest.to - closest.from).toBe(5);
});

test('panning stops at the ends', () => {
  expect(panned({ from: 1200, to: 1400 }, 0.5, whole)).toEqual({ from: 1300, to: 1500 });
  expect(panned({ from: 1200, to: 1400 }, -9, whole)).toEqual({ from: 1000, to: 1200 });
  expect(panned({ from: 1200, to: 1400 }, 9, whole)).toEqual({ from: 1800, to: 2000 });
});

test('air around, and places in percent', () => {
  expect(padded({ from: 1000, to: 2000 })).toEqual({ from: 980, to: 2020 });
  expect(padded({ from: 1000, to: 1000 })).toEqual({ from: 997.5, to: 1002.5 });
  expect(percent(1250, whole)).toBe(25);
});
