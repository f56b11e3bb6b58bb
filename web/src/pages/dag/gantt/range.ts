// The part of the time that is shown, in the address as `from` and `to`; keys, wheel and drag change it. Times are in ms.
import type { Span } from './tries';

/** Nothing is seen closer than this. */
const LEAST_SPAN = 5;

/** A little air around, so that the first and the last bar are seen whole. */
export function padded({ from, to }: Span): Span {
  const air = Math.max((to - from) * 0.02, LEAST_SPAN / 2);
  return { from: from - air, to: to + air };
}

/** What the address asks for, within what there is. */
export function rangeFrom(from: string | undefined, to: string | undefined, whole: Span): Span {
  const start = Math.max(Date.parse(from ?? ''), whole.from);
  const end = Math.min(Date.parse(to ?? ''), whole.to);
  const asked = { from: Number.isNaN(start) ? whole.from : start, to: Number.isNaN(end) ? whole.to : end };
  return asked.to - asked.from >= LEAST_SPAN ? asked : whole;
}

/** `factor` below 1 shows less; the time at `anchor` (0…1 of the range) stays where it is. */
export function zoomed(range: Span, factor: number, anchor: number, whole: Span): Span {
  const length = Math.max(LEAST_SPAN, Math.min((range.to - range.from) * factor, whole.to - whole.from));
  const fixed = range.from + (range.to - range.from) * anchor;
  return within({ from: fixed - length * anchor, to: fixed + length * (1 - anchor) }, whole);
}

export function panned(range: Span, share: number, whole: Span): Span {
  const by = (range.to - range.from) * share;
  return within({ from: range.from + by, to: range.to + by }, whole);
}

function within({ from, to }: Span, whole: Span): Span {
  const length = to - from;
  if (from < whole.from) return { from: whole.from, to: Math.min(whole.to, whole.from + length) };
  if (to > whole.to) return { from: Math.max(whole.from, whole.to - length), to: whole.to };
  return { from, to };
}

export const isWhole = (range: Span, whole: Span) => range.from <= whole.from && range.to >= whole.to;

/** Where a time is, in percent of the range. */
export const percent = (at: number, range: Span) => ((at - range.from) / (range.to - range.from)) * 100;
