// Search in the lines of a file, and the place that an address names.

export interface Match {
  line: number;
  from: number;
  to: number;
}

const MOST_MATCHES = 10_000;

/** Case does not matter. Lines count from 0. */
export function findIn(lines: readonly string[], q: string): Match[] {
  const matches: Match[] = [];
  const wanted = q.toLowerCase();
  if (wanted === '') return matches;
  for (const [line, text] of lines.entries()) {
    const lower = text.toLowerCase();
    for (let from = lower.indexOf(wanted); from >= 0; from = lower.indexOf(wanted, from + wanted.length)) {
      matches.push({ line, from, to: from + wanted.length });
      if (matches.length === MOST_MATCHES) return matches;
    }
  }
  return matches;
}

/** Lines from 1, both included. */
export interface LineRange {
  from: number;
  to: number;
}

/** '12' or '12-20'. */
export function parseLines(text: string | undefined): LineRange | null {
  const found = /^(\d+)(?:-(\d+))?$/.exec(text ?? '');
  if (found === null) return null;
  const from = Number(found[1]);
  const to = Number(found[2] ?? found[1]);
  return from < 1 ? null : { from: Math.min(from, to), to: Math.max(from, to) };
}

export const writeLines = ({ from, to }: LineRange): string =>
  from === to ? String(from) : `${String(from)}-${String(to)}`;

export interface Piece {
  text: string;
  kind: string;
  /** The number of the match that it is in; null outside. */
  match: number | null;
}

/** Tokens of a line, cut where matches begin and end. `matches` are those of the line with their numbers, in order. */
export function cutAtMatches(
  tokens: readonly { text: string; kind: string }[],
  matches: readonly { from: number; to: number; number: number }[],
): Piece[] {
  const pieces: Piece[] = [];
  let at = 0;
  let next = 0;
  for (const { text, kind } of tokens) {
    const end = at + text.length;
    let begin = at;
    while (begin < end) {
      while ((matches[next]?.to ?? Infinity) <= begin) next += 1;
      const match = matches[next];
      const is_inside = match !== undefined && match.from <= begin;
      const stop = Math.min(end, match === undefined ? end : is_inside ? match.to : match.from);
      pieces.push({ text: text.slice(begin - at, stop - at), kind, match: is_inside ? match.number : null });
      begin = stop;
    }
    at = end;
  }
  return pieces;
}
