// The difference of two versions of a file: by line, within changed lines by word, and with what did not change folded.
import { diffArrays, diffWordsWithSpace } from 'diff';

interface Word {
  text: string;
  is_changed: boolean;
}

export interface DiffLine {
  kind: 'same' | 'removed' | 'added';
  text: string;
  /** Numbers of the line in the old and new version, from 1; null where it is not. */
  old_line: number | null;
  new_line: number | null;
  /** Of a line that was changed: its words. */
  words: Word[] | null;
}

export interface Fold {
  kind: 'fold';
  /** Stable while the two texts are: the number of the first folded line of the diff. */
  id: number;
  count: number;
}

export type DiffRow = DiffLine | Fold;

/** Where both share a run of lines: [old, old + count) is the same as [new, new + count). */
interface Match {
  old: number;
  new: number;
  count: number;
}

/** A part that differs in more lines than this is shown as replaced as a whole: finding the least difference grows with its square. */
const MOST_EDITS = 400;
const LONGEST_LINE = 2000;

export function linesOf(text: string): string[] {
  const lines = text.split(/\r\n|\n|\r/);
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

/** Lines that are once in each part, in the longest order that both share: where patience diff holds on. */
function anchors(before: string[], after: string[]): Match[] {
  const once = (lines: string[]) => {
    const places = new Map<string, number | null>();
    lines.forEach((line, i) => places.set(line, places.has(line) ? null : i));
    return places;
  };
  const oldPlaces = once(before);
  const candidates: Match[] = [];
  for (const [line, place] of once(after)) {
    const old = oldPlaces.get(line);
    if (place !== null && old !== null && old !== undefined) candidates.push({ old, new: place, count: 1 });
  }
  candidates.sort((a, b) => a.new - b.new);

  // The longest increasing sequence of old places.
  const ends: number[] = []; // of each length, the candidate that ends lowest
  const previous = candidates.map(() => -1);
  candidates.forEach((candidate, i) => {
    let low = 0;
    let high = ends.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((candidates[ends[middle] ?? 0]?.old ?? 0) < candidate.old) low = middle + 1;
      else high = middle;
    }
    previous[i] = low > 0 ? (ends[low - 1] ?? -1) : -1;
    ends[low] = i;
  });
  const chain: Match[] = [];
  for (let i = ends.at(-1) ?? -1; i >= 0; i = previous[i] ?? -1) {
    const match = candidates[i];
    if (match !== undefined) chain.push(match);
  }
  return chain.toReversed();
}

/** The least difference of a part without anchors. */
function leastMatches(before: string[], after: string[]): Match[] {
  const changes = diffArrays(before, after, { maxEditLength: MOST_EDITS });
  if (changes === undefined) return [];
  const matches: Match[] = [];
  let old = 0;
  let now = 0;
  for (const { count, added, removed } of changes) {
    if (!added && !removed) matches.push({ old, new: now, count });
    if (!added) old += count;
    if (!removed) now += count;
  }
  return matches;
}

function matchesOf(before: string[], after: string[]): Match[] {
  let head = 0;
  while (head < before.length && head < after.length && before[head] === after[head]) head += 1;
  let tail = 0;
  const shortest = Math.min(before.length, after.length) - head;
  while (tail < shortest && before.at(-1 - tail) === after.at(-1 - tail)) tail += 1;

  const oldPart = before.slice(head, before.length - tail);
  const newPart = after.slice(head, after.length - tail);
  const matches: Match[] = head > 0 ? [{ old: 0, new: 0, count: head }] : [];
  const add = (found: Match[], old: number, now: number) => {
    for (const match of found) matches.push({ old: match.old + old, new: match.new + now, count: match.count });
  };
  if (oldPart.length > 0 && newPart.length > 0) {
    const held = anchors(oldPart, newPart);
    if (held.length === 0) add(leastMatches(oldPart, newPart), head, head);
    else {
      let old = 0;
      let now = 0;
      for (const match of [...held, { old: oldPart.length, new: newPart.length, count: 0 }]) {
        add(matchesOf(oldPart.slice(old, match.old), newPart.slice(now, match.new)), head + old, head + now);
        if (match.count > 0) add([match], head, head);
        old = match.old + match.count;
        now = match.new + match.count;
      }
    }
  }
  if (tail > 0) matches.push({ old: before.length - tail, new: after.length - tail, count: tail });
  return matches;
}

/** The words of an old line and of the line that took its place; null when the two have little in common. */
function wordsOf(before: string, after: string): { old: Word[]; new: Word[] } | null {
  if (before.length > LONGEST_LINE || after.length > LONGEST_LINE) return null;
  const changes = diffWordsWithSpace(before, after);
  const shared = changes.reduce(
    (sum, { value, added, removed }) => sum + (added || removed ? 0 : value.trim().length),
    0,
  );
  if (shared * 3 < Math.max(before.trim().length, after.trim().length)) return null;
  const side = (skip: 'added' | 'removed') =>
    changes.flatMap((change) =>
      change[skip] ? [] : [{ text: change.value, is_changed: change.added || change.removed }],
    );
  return { old: side('added'), new: side('removed') };
}

export function diffLines(before: string, after: string): DiffLine[] {
  const oldLines = linesOf(before);
  const newLines = linesOf(after);
  const lines: DiffLine[] = [];
  let old = 0;
  let now = 0;
  const changeUpTo = (oldEnd: number, newEnd: number) => {
    const removed = oldLines.slice(old, oldEnd);
    const added = newLines.slice(now, newEnd);
    // Only as many lines on both sides are one line changed to the other, with some certainty.
    const words = removed.map((text, i) => (removed.length === added.length ? wordsOf(text, added[i] ?? '') : null));
    removed.forEach((text, i) =>
      lines.push({ kind: 'removed', text, old_line: old + i + 1, new_line: null, words: words[i]?.old ?? null }),
    );
    added.forEach((text, i) =>
      lines.push({ kind: 'added', text, old_line: null, new_line: now + i + 1, words: words[i]?.new ?? null }),
    );
  };
  for (const match of [...matchesOf(oldLines, newLines), { old: oldLines.length, new: newLines.length, count: 0 }]) {
    changeUpTo(match.old, match.new);
    for (let i = 0; i < match.count; i += 1) {
      const text = oldLines[match.old + i] ?? '';
      lines.push({ kind: 'same', text, old_line: match.old + i + 1, new_line: match.new + i + 1, words: null });
    }
    old = match.old + match.count;
    now = match.new + match.count;
  }
  return lines;
}

const CONTEXT = 3;
/** Fewer hidden lines than this are not worth a fold. */
const SMALLEST_FOLD = 4;

/** Folds what did not change, but for some lines around each change and the folds that were opened. */
export function folded(lines: DiffLine[], isOpen: (fold: number) => boolean): DiffRow[] {
  const rows: DiffRow[] = [];
  for (let from = 0; from < lines.length;) {
    let to = from;
    while (to < lines.length && lines[to]?.kind === 'same') to += 1;
    if (to === from) {
      rows.push(...lines.slice(from, from + 1));
      from += 1;
      continue;
    }
    const start = from === 0 ? 0 : from + CONTEXT;
    const end = to === lines.length ? to : to - CONTEXT;
    if (end - start < SMALLEST_FOLD || isOpen(start)) rows.push(...lines.slice(from, to));
    else
      rows.push(...lines.slice(from, start), { kind: 'fold', id: start, count: end - start }, ...lines.slice(end, to));
    from = to;
  }
  return rows;
}

export type SideRow = { kind: 'pair'; old: DiffLine | null; new: DiffLine | null } | Fold;

/** The same rows beside each other: removed lines with the added ones that follow them. */
export function sideBySide(rows: DiffRow[]): SideRow[] {
  const sides: SideRow[] = [];
  for (let i = 0; i < rows.length;) {
    const row = rows[i];
    if (row === undefined) break;
    if (row.kind === 'fold' || row.kind === 'same') {
      sides.push(row.kind === 'fold' ? row : { kind: 'pair', old: row, new: row });
      i += 1;
      continue;
    }
    const removed: DiffLine[] = [];
    const added: DiffLine[] = [];
    for (let next = rows[i]; next?.kind === 'removed' || next?.kind === 'added'; next = rows[i]) {
      if (next.kind === 'removed' && added.length > 0) break;
      (next.kind === 'removed' ? removed : added).push(next);
      i += 1;
    }
    for (let k = 0; k < Math.max(removed.length, added.length); k += 1)
      sides.push({ kind: 'pair', old: removed[k] ?? null, new: added[k] ?? null });
  }
  return sides;
}

export function changeCount(lines: DiffLine[]): { added: number; removed: number } {
  const count = (kind: DiffLine['kind']) => lines.filter((line) => line.kind === kind).length;
  return { added: count('added'), removed: count('removed') };
}
