// The names of the rows that are seen. Readers and the keyboard have them from the grid's active place.
import { ChevronDown, ChevronRight } from 'lucide-react';
import { memo } from 'react';
import { classes } from '../../../ui/classes';
import { ROW } from './geometry';
import styles from './grid.module.css';
import type { GridRow } from './rows';

interface NamesProps {
  rows: readonly GridRow[];
  from: number;
  to: number;
  hovered: number | undefined;
  selected: number | undefined;
}

/** Within a row's height nothing changes here: a scroll moves what is around it. Elements are kept, texts change. */
export const Names = memo(function Names({ rows, from, to, hovered, selected }: NamesProps) {
  return rows.slice(from, to).map((row, at) => {
    const Fold = row.is_open ? ChevronDown : ChevronRight;
    return (
      <div
        key={at}
        title={row.id}
        data-row={row.id}
        className={classes(
          styles.name,
          row.kind === 'group' && styles.group,
          hovered === from + at && styles.hovered,
          selected === from + at && styles.chosen,
        )}
        style={{ top: `${at * ROW}px`, paddingLeft: `${0.5 + Math.min(row.depth, 6) * 0.75}rem` }}
      >
        {row.kind === 'group' ? <Fold aria-hidden /> : <span className={styles.noFold} />}
        <span className={styles.nameText}>{row.label}</span>
        {row.kind === 'group' && !row.is_open && <span className={styles.count}>{row.tasks.length}</span>}
        {row.is_mapped && <span className={styles.count}>[ ]</span>}
      </div>
    );
  });
});
