// Which lines are shown: those of the levels that are picked, or all without the groups that are folded.
import { useMemo, useState } from 'react';
import type { LogSearch } from './log_search';
import { allRows, groupsOf, hiddenBy, rowsWithout, someRows, type Group, type RowMap } from './row_map';
import { useLogSearch, type OpenLog } from './use_log';

/** Groups are looked for by reading the whole log: in a larger one they are lines like others. */
const MAX_GROUPED_BYTES = 256 * 1024 * 1024;
const OPENS = { levels: [], text: '::group::' };
const CLOSES = { levels: [], text: '::endgroup::' };

interface Groups {
  groups: Group[];
  at: (line: number) => { size: number; is_folded: boolean } | undefined;
  toggle: (line: number) => void;
  foldAll: (is_folded: boolean) => void;
  /** Unfolds what hides the line. */
  reveal: (line: number) => void;
}

export interface Rows extends Groups {
  rows: RowMap;
}

export function useRows(log: OpenLog, filter: LogSearch | undefined): Rows {
  const { source } = log;
  const is_small = source.is_counted && source.bytes <= MAX_GROUPED_BYTES;
  const opens = useLogSearch(log, is_small ? OPENS : undefined);
  const closes = useLogSearch(log, opens && opens.matches.length > 0 ? CLOSES : undefined);
  const open_count = opens?.matches.length ?? 0;
  const close_count = closes?.matches.length ?? 0;
  const [all_folded, setAllFolded] = useState(true);
  /** Groups that are not as all are. */
  const [others, setOthers] = useState<ReadonlySet<number>>(new Set());
  const { lines } = source;

  // Up to where both searches are: a group that is not closed yet ends there.
  const searched = closes ? Math.min(opens?.searched ?? 0, closes.searched) : 0;
  const groups = useMemo(
    () => (open_count > 0 && searched > 0 ? groupsOf(opens?.matches ?? [], closes?.matches ?? [], lines) : []),
    // oxlint-disable-next-line react/exhaustive-deps -- the lists grow in place: their lengths tell
    [opens, closes, open_count, close_count, searched, lines],
  );
  const isFolded = (group: Group) => all_folded !== others.has(group.start);
  const match_count = filter?.matches.length ?? 0;
  const rows = useMemo(() => {
    if (filter) return someRows(filter.matches.slice(0, match_count));
    if (groups.length === 0) return allRows(lines);
    const ends = (closes?.matches ?? []).map((line) => ({ start: line, end: line + 1 }));
    return rowsWithout(lines, [...hiddenBy(groups, isFolded), ...ends]);
    // oxlint-disable-next-line react/exhaustive-deps -- isFolded is all_folded and others
  }, [filter, match_count, groups, lines, closes, close_count, all_folded, others]);

  const setFolded = (lines_of: number[], is_folded: boolean) =>
    setOthers((before) => {
      const next = new Set(before);
      for (const line of lines_of) {
        if (is_folded === all_folded) next.delete(line);
        else next.add(line);
      }
      return next;
    });
  const byStart = useMemo(() => new Map(groups.map((group) => [group.start, group])), [groups]);
  return {
    rows,
    groups,
    at: (line) => {
      const group = filter ? undefined : byStart.get(line);
      return group && { size: group.end - group.start - 1, is_folded: isFolded(group) };
    },
    toggle: (line) => {
      const group = byStart.get(line);
      if (group) setFolded([line], !isFolded(group));
    },
    foldAll: (is_folded) => {
      setAllFolded(is_folded);
      setOthers(new Set());
    },
    reveal: (line) =>
      setFolded(
        groups
          .filter((group) => group.start < line && line <= group.end && isFolded(group))
          .map((group) => group.start),
        false,
      ),
  };
}
