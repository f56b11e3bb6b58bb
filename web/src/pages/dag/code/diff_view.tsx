// The difference of two versions: one under the other or side by side, with what did not change folded.
import { useVirtualizer } from '@tanstack/react-virtual';
import { ArrowDown, ArrowUp, UnfoldVertical } from 'lucide-react';
import { useEffect, useMemo, useRef, useState } from 'react';
import { useKeys } from '../../../app/keyboard';
import { IconButton } from '../../../ui/button';
import { classes } from '../../../ui/classes';
import { EmptyState } from '../../../ui/feedback';
import styles from './code.module.css';
import { changeCount, diffLines, folded, sideBySide, type DiffLine, type Fold } from './diff';
import { t } from './text';

const LINE_HEIGHT = 20;
const SIGNS = { same: ' ', removed: '−', added: '+' };

function Content({ line }: { line: DiffLine }) {
  if (line.words === null) return <code>{line.text}</code>;
  return <code>{line.words.map((word, i) => (word.is_changed ? <b key={i}>{word.text}</b> : word.text))}</code>;
}

function Cell({ line, number }: { line: DiffLine | null; number: number | null }) {
  if (line === null) return <div className={classes(styles.cell, styles.nothing)} role="cell" />;
  return (
    <div className={classes(styles.cell, styles[line.kind])} role="cell">
      <span className={styles.number}>{number}</span>
      <span className={styles.sign}>
        <span aria-hidden>{SIGNS[line.kind]}</span>
        {line.kind !== 'same' && <span className="visually-hidden">{t(line.kind)}</span>}
      </span>
      <Content line={line} />
    </div>
  );
}

function UnifiedCell({ line }: { line: DiffLine }) {
  return (
    <div className={classes(styles.cell, styles[line.kind])} role="cell">
      <span className={styles.number}>{line.old_line}</span>
      <span className={styles.number}>{line.new_line}</span>
      <span className={styles.sign}>
        <span aria-hidden>{SIGNS[line.kind]}</span>
        {line.kind !== 'same' && <span className="visually-hidden">{t(line.kind)}</span>}
      </span>
      <Content line={line} />
    </div>
  );
}

export interface DiffViewProps {
  before: string;
  after: string;
  is_side: boolean;
  wrap: boolean;
  /** There is no other version. */
  is_alone: boolean;
}

type ShownRow = { kind: 'line'; line: DiffLine } | { kind: 'pair'; old: DiffLine | null; new: DiffLine | null } | Fold;

const isChange = (row: ShownRow | undefined) =>
  row !== undefined &&
  ((row.kind === 'line' && row.line.kind !== 'same') ||
    (row.kind === 'pair' && (row.old?.kind !== 'same' || row.new?.kind !== 'same')));

export function DiffView({ before, after, is_side, wrap, is_alone }: DiffViewProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const lines = useMemo(() => diffLines(before, after), [before, after]);
  const count = useMemo(() => changeCount(lines), [lines]);
  const [opened, setOpened] = useState<{ lines: DiffLine[]; folds: ReadonlySet<number> }>({ lines, folds: new Set() });
  const folds = opened.lines === lines ? opened.folds : null;
  const rows = useMemo((): ShownRow[] => {
    const all = folded(lines, (fold) => folds?.has(fold) === true);
    return is_side ? sideBySide(all) : all.map((row) => (row.kind === 'fold' ? row : { kind: 'line', line: row }));
  }, [lines, folds, is_side]);
  const open = (fold: number) => setOpened({ lines, folds: new Set([...(folds ?? []), fold]) });
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => LINE_HEIGHT,
    overscan: 20,
  });
  useEffect(() => virtual.measure(), [wrap, is_side, virtual]);

  const changes = useMemo(() => rows.flatMap((row, i) => (isChange(row) && !isChange(rows[i - 1]) ? [i] : [])), [rows]);
  const [at, setAt] = useState(-1);
  const go = (by: number) => {
    const next = Math.min(Math.max(at + by, 0), changes.length - 1);
    setAt(next);
    if (changes[next] !== undefined) virtual.scrollToIndex(changes[next], { align: 'center' });
  };
  useKeys([
    { keys: 'n', label: t('next_change'), group: t('difference'), run: () => go(1) },
    { keys: 'p', label: t('previous_change'), group: t('difference'), run: () => go(-1) },
  ]);

  if (count.added + count.removed === 0)
    return (
      <EmptyState title={is_alone ? t('one_version') : t('no_difference')}>
        {is_alone ? t('one_version_hint') : t('no_difference_hint')}
      </EmptyState>
    );
  return (
    <>
      <div className={styles.find}>
        <span role="status">
          <span className={styles.plus}>+{count.added}</span> <span className={styles.minus}>−{count.removed}</span>{' '}
          {t('changes', { count: changes.length })}
        </span>
        <IconButton label={t('previous_change')} icon={ArrowUp} disabled={at <= 0} onClick={() => go(-1)} />
        <IconButton
          label={t('next_change')}
          icon={ArrowDown}
          disabled={at >= changes.length - 1}
          onClick={() => go(1)}
        />
      </div>
      <div
        className={classes(styles.code, styles.diff, wrap && styles.wrap)}
        ref={scroller}
        role="region"
        aria-label={t('difference')}
        tabIndex={0}
      >
        <div
          className={styles.lines}
          style={{ height: virtual.getTotalSize(), '--digits': String(lines.length).length }}
          role="table"
          aria-label={t('difference')}
          aria-rowcount={rows.length}
        >
          {virtual.getVirtualItems().map(({ index, start }) => {
            const row = rows[index];
            if (row === undefined) return null;
            return (
              <div
                key={index}
                ref={wrap ? virtual.measureElement : undefined}
                data-index={index}
                className={classes(styles.line, index === changes[at] && styles.marked)}
                style={{ transform: `translateY(${start}px)` }}
                role="row"
                aria-rowindex={index + 1}
              >
                {row.kind === 'fold' && (
                  <div role="cell" className={styles.fold}>
                    <button type="button" onClick={() => open(row.id)}>
                      <UnfoldVertical aria-hidden />
                      {t('folded', { count: row.count })}
                    </button>
                  </div>
                )}
                {row.kind === 'line' && <UnifiedCell line={row.line} />}
                {row.kind === 'pair' && (
                  <>
                    <Cell line={row.old} number={row.old?.old_line ?? null} />
                    <Cell line={row.new} number={row.new?.new_line ?? null} />
                  </>
                )}
              </div>
            );
          })}
        </div>
      </div>
    </>
  );
}
