// Numbers to pixels, and where an axis has its ticks.

export type Scale = (value: number) => number;

export function linearScale(from: number, to: number, pixels_from: number, pixels_to: number): Scale {
  const per_unit = to === from ? 0 : (pixels_to - pixels_from) / (to - from);
  return (value) => pixels_from + (value - from) * per_unit;
}

const MINUTE = 60;
const HOUR = 3600;
const DAY = 86_400;

/** Steps that divide the next unit, in seconds. */
const DURATION_STEPS = [
  ...[0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5],
  ...[1, 2, 5, 10, 15, 30],
  ...[1, 2, 5, 10, 15, 30].map((n) => n * MINUTE),
  ...[1, 2, 3, 6, 12].map((n) => n * HOUR),
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500].map((n) => n * DAY),
];

/** Ticks from 0 to at least `longest` seconds, at most `most` beside 0: the last is the axis' end. */
export function durationTicks(longest: number, most: number): number[] {
  const wanted = Math.max(longest, 0.001);
  const step = DURATION_STEPS.find((each) => wanted / each <= most) ?? Math.ceil(wanted / most / DAY) * DAY;
  const count = Math.ceil(wanted / step - 1e-9);
  return Array.from({ length: count + 1 }, (_, i) => Number((i * step).toFixed(3)));
}

/** Null for no values. */
export function medianOf(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2;
}
