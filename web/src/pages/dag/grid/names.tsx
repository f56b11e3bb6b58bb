// The names of the rows that are seen. Readers and the keyboard have them from the grid's active place.
import { ChevronDown, ChevronRight } from 'lucide-react';
import { classes } from '../../../ui/classes';
import { ROW, seen, type Place, type View } from './geometry';
import styles from './grid.module.css';
import type { GridRow } from './rows';

export function Names({ rows, view, hovered, selected }: NamesProps) {
  const [from, to] = seen(view.scroll_top, view.height, ROW, rows.length);
  return (
    <div className={styles.names} aria-hidden>
      {rows.slice(from, to).map((row, at) => {
        const Fold = row.is_open ? ChevronDown : ChevronRight;
        const number = from + at;
        return (
          <div
            key={`${row.kind} ${row.id}`}
            title={row.id}
            data-row={row.id}
            className={classes(
              styles.name,
              row.kind === 'group' && styles.group,
              hovered?.row === number && styles.hovered,
              selected?.row === number && styles.chosen,
            )}
            style={{
              transform: `translateY(${number * ROW - view.scroll_top}px)`,
              paddingLeft: `${0.5 + Math.min(row.depth, 6) * 0.75}rem`,
            }}
          >
            {row.kind === 'group' ? <Fold aria-hidden /> : <span className={styles.noFold} />}
            <span className={styles.nameText}>{row.label}</span>
            {row.kind === 'group' && !row.is_open && <span className={styles.count}>{row.tasks.length}</span>}
            {row.is_mapped && <span className={styles.count}>[ ]</span>}
          </div>
        );
      })}
    </div>
  );
}
interface NamesProps {
  rows: readonly GridRow[];
  view: View;
  hovered: Place | undefined;
  selected: Place | undefined;
}
