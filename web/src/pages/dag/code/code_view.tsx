// A file: numbered lines with their colours, found places, and lines that an address names. Lines out of view are not rendered.
import { useVirtualizer } from '@tanstack/react-virtual';
import { ChevronDown, ChevronUp } from 'lucide-react';
import { useEffect, useMemo, useRef, useState, type KeyboardEvent, type MouseEvent } from 'react';
import { useKeys } from '../../../app/keyboard';
import { useSearch } from '../../../app/navigation';
import { IconButton } from '../../../ui/button';
import { classes } from '../../../ui/classes';
import { EmptyState } from '../../../ui/feedback';
import { SearchInput } from '../../../ui/field';
import styles from './code.module.css';
import { linesOf } from './diff';
import { cutAtMatches, findIn, parseLines, writeLines, type Match } from './find';
import { t } from './text';
import { useTokens } from './use_tokens';

const LINE_HEIGHT = 20;

function useFind(lines: string[], show: (line: number) => void) {
  const search = useSearch();
  const q = search.get('q') ?? '';
  const matches = useMemo(() => findIn(lines, q), [lines, q]);
  const by_line = useMemo(() => {
    const found = new Map<number, (Match & { number: number })[]>();
    matches.forEach((match, number) => found.set(match.line, [...(found.get(match.line) ?? []), { ...match, number }]));
    return found;
  }, [matches]);
  const [at, setAt] = useState(0);
  const current = Math.min(at, Math.max(0, matches.length - 1));
  const go = (number: number) => {
    if (matches.length === 0) return;
    const wanted = (number + matches.length) % matches.length;
    setAt(wanted);
    show(matches[wanted]?.line ?? 0);
  };
  const latest = useRef(go);
  latest.current = go;
  // A new search begins at its first place.
  useEffect(() => latest.current(0), [q]);
  return { q, setQ: (text: string) => search.set({ q: text }), matches, by_line, current, go };
}

export function CodeView({ text, wrap }: { text: string; wrap: boolean }) {
  const search = useSearch();
  const lines = useMemo(() => linesOf(text), [text]);
  const tokensOfLine = useTokens(text, lines);
  const marked = parseLines(search.get('line'));
  const scroller = useRef<HTMLDivElement>(null);
  const input = useRef<HTMLInputElement>(null);
  const virtual = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => LINE_HEIGHT,
    overscan: 20,
  });
  const { q, setQ, matches, by_line, current, go } = useFind(lines, (line) =>
    virtual.scrollToIndex(line, { align: 'center' }),
  );

  const first_marked = useRef(marked?.from);
  useEffect(() => {
    if (first_marked.current !== undefined) virtual.scrollToIndex(first_marked.current - 1, { align: 'center' });
  }, [virtual]);
  useEffect(() => virtual.measure(), [wrap, virtual]);
  // Lines out of view are not there for the browser's own search.
  const focusFind = () => {
    input.current?.focus();
    input.current?.select();
  };
  useKeys([{ keys: 'ctrl+f', label: t('find'), group: t('code'), run: focusFind, always: true }]);

  const mark = (line: number, event: MouseEvent) => {
    const range =
      event.shiftKey && marked !== null ? { from: Math.min(marked.from, line), to: Math.max(marked.to, line) } : null;
    const is_only = marked?.from === line && marked.to === line;
    search.set({ line: is_only && range === null ? null : writeLines(range ?? { from: line, to: line }) });
  };
  const onFindKey = (event: KeyboardEvent) => {
    if (event.key !== 'Enter') return;
    event.preventDefault();
    go(current + (event.shiftKey ? -1 : 1));
  };
  if (lines.length === 0) return <EmptyState title={t('empty_file')}>{t('empty_file_hint')}</EmptyState>;
  const digits = String(lines.length).length;
  return (
    <>
      {/* oxlint-disable-next-line jsx-a11y/no-static-element-interactions -- Enter in the field goes on to the next place */}
      <div className={styles.find} onKeyDown={onFindKey}>
        <div className={styles.search}>
          <SearchInput ref={input} label={t('find')} value={q} onChange={setQ} />
        </div>
        {q !== '' && (
          <>
            <span role="status">
              {matches.length === 0 ? t('not_found') : t('found', { at: current + 1, count: matches.length })}
            </span>
            <IconButton
              label={t('previous')}
              icon={ChevronUp}
              disabled={matches.length === 0}
              onClick={() => go(current - 1)}
            />
            <IconButton
              label={t('next')}
              icon={ChevronDown}
              disabled={matches.length === 0}
              onClick={() => go(current + 1)}
            />
          </>
        )}
        <span className={styles.count}>{t('lines', { count: lines.length })}</span>
      </div>
      <div
        className={classes(styles.code, wrap && styles.wrap)}
        ref={scroller}
        role="region"
        aria-label={t('source')}
        tabIndex={0}
      >
        <div className={styles.lines} style={{ height: virtual.getTotalSize(), '--digits': digits }}>
          {virtual.getVirtualItems().map(({ index, start }) => {
            const number = index + 1;
            const is_marked = marked !== null && number >= marked.from && number <= marked.to;
            const pieces = cutAtMatches(tokensOfLine(index), by_line.get(index) ?? []);
            return (
              <div
                key={index}
                ref={wrap ? virtual.measureElement : undefined}
                data-index={index}
                data-line={number}
                className={classes(styles.line, is_marked && styles.marked)}
                style={{ transform: `translateY(${start}px)` }}
              >
                <button
                  type="button"
                  tabIndex={-1}
                  className={styles.number}
                  aria-label={t('link_to_line', { line: number })}
                  onClick={(event) => mark(number, event)}
                >
                  {number}
                </button>
                <code>
                  {pieces.map((piece, i) => {
                    const look = piece.kind === '' ? undefined : styles[piece.kind];
                    if (piece.match === null)
                      return look === undefined ? (
                        piece.text
                      ) : (
                        <span key={i} className={look}>
                          {piece.text}
                        </span>
                      );
                    return (
                      <mark key={i} className={classes(look, piece.match === current && styles.current)}>
                        {piece.text}
                      </mark>
                    );
                  })}
                </code>
              </div>
            );
          })}
        </div>
      </div>
    </>
  );
}
