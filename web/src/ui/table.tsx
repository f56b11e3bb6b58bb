// A table of many rows: sorted by its head, rows to select, drawn as far as one sees them (from VIRTUAL_ROWS on, with the
// page as its scroller), cards on a phone. The server sorts and filters; the table tells. Rows that are not there yet are
// undefined; `onRange` tells which are seen.
import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { ArrowDown, ArrowUp, ChevronsUpDown } from 'lucide-react';
import { useEffect, useLayoutEffect, useRef, useState, type ReactNode } from 'react';
import { classes } from './classes';
import { Checkbox } from './field';
import styles from './table.module.css';
import { t } from './text';

export interface Column<Row> {
  id: string;
  /** Text of the head; on a phone, the label of the value. */
  label: string;
  cell: (row: Row) => ReactNode;
  /** The name that `sort` takes; none: cannot be sorted by. */
  sort?: string;
  /** Of the table's width, as CSS: '9rem', '20%'. */
  width?: string;
  align?: 'end';
  /** The head's text for readers only: columns of buttons. */
  hideLabel?: boolean;
  /** title: a card's first line; bare: no label on a card; none: not on a card. */
  narrow?: 'title' | 'bare' | 'none';
}

export interface Selection {
  selected: ReadonlySet<string>;
  onChange: (selected: ReadonlySet<string>) => void;
  /** Selects what is not loaded too; without it, "all" is what the table has. */
  onSelectAll?: () => void;
}

export interface TableProps<Row> {
  /** What the table lists, for readers. */
  label: string;
  columns: readonly (Column<Row> | false | null | undefined)[];
  rows: readonly (Row | undefined)[];
  onRange?: (from: number, to: number) => void;
  rowKey: (row: Row) => string;
  /** 'name' or '-name', as order_by. */
  sort?: string;
  onSort?: (sort: string) => void;
  selection?: Selection;
  /** The row's name, for its checkbox. */
  rowLabel?: (row: Row) => string;
  rowHeight?: number;
  /** The row that is marked as current. */
  current?: string;
}

const VIRTUAL_ROWS = 60;
const OVERSCAN = 12;

function Head<Row>({ column, sort, onSort }: { column: Column<Row> } & Pick<TableProps<Row>, 'sort' | 'onSort'>) {
  const down = sort === `-${column.sort}`;
  const sorted = column.sort !== undefined && (sort === column.sort || down);
  const Icon = sorted ? (down ? ArrowDown : ArrowUp) : ChevronsUpDown;
  return (
    <th
      role="columnheader"
      scope="col"
      className={column.align === 'end' ? styles.end : undefined}
      style={{ width: column.width }}
      aria-sort={sorted ? (down ? 'descending' : 'ascending') : undefined}
    >
      {column.sort !== undefined && onSort ? (
        <button
          type="button"
          className={styles.sort}
          onClick={() => onSort(sorted && !down ? `-${column.sort}` : (column.sort ?? ''))}
        >
          {column.label}
          <Icon aria-hidden />
        </button>
      ) : (
        <span className={column.hideLabel ? 'visually-hidden' : undefined}>{column.label}</span>
      )}
    </th>
  );
}

/** The rows to draw, and the space above and below in their place. */
function useVisible(count: number, rowHeight: number) {
  const body = useRef<HTMLTableSectionElement>(null);
  const [top, setTop] = useState(0);
  const enabled = count > VIRTUAL_ROWS;
  useLayoutEffect(() => {
    if (body.current) setTop(body.current.getBoundingClientRect().top + window.scrollY);
  }, [enabled]);
  const virtual = useWindowVirtualizer({
    count: enabled ? count : 0,
    estimateSize: () => rowHeight,
    overscan: OVERSCAN,
    scrollMargin: top,
    // Known before the first draw: else that one would not know how many rows are seen.
    initialRect: { width: innerWidth, height: innerHeight },
  });
  const items = virtual.getVirtualItems();
  const first = items[0];
  const last = items.at(-1);
  if (!enabled) return { body, from: 0, to: count, above: 0, below: 0, measure: undefined };
  return {
    body,
    from: first?.index ?? 0,
    to: last ? last.index + 1 : Math.min(count, VIRTUAL_ROWS),
    above: first ? first.start - top : 0,
    below: last ? virtual.getTotalSize() - (last.end - top) : 0,
    measure: virtual.measureElement,
  };
}

const Space = ({ height, columns }: { height: number; columns: number }) =>
  height > 0 && (
    <tr aria-hidden className={styles.space}>
      <td colSpan={columns} style={{ height }} />
    </tr>
  );

function Cells<Row>({ row, rowLabel, columns, selection, keyOf }: RowProps<Row>) {
  return (
    <>
      {selection && (
        <td role="cell" className={styles.select}>
          <Checkbox
            aria-label={t('select_row', { name: rowLabel(row) })}
            checked={selection.selected.has(keyOf)}
            onChange={(on) => {
              const next = new Set(selection.selected);
              if (on) next.add(keyOf);
              else next.delete(keyOf);
              selection.onChange(next);
            }}
          />
        </td>
      )}
      {columns.map((column) => (
        <td
          key={column.id}
          role="cell"
          data-label={column.narrow || column.hideLabel ? undefined : column.label}
          className={classes(
            column.align === 'end' && styles.end,
            column.narrow && styles[column.narrow],
            column.hideLabel && styles.bare,
          )}
        >
          {column.cell(row)}
        </td>
      ))}
    </>
  );
}
interface RowProps<Row> {
  row: Row;
  keyOf: string;
  rowLabel: (row: Row) => string;
  columns: readonly Column<Row>[];
  selection: Selection | undefined;
}

export function Table<Row>(props: TableProps<Row>) {
  const { label, rows, rowKey, sort, onSort, selection, rowLabel = rowKey, rowHeight = 37, current, onRange } = props;
  const columns = props.columns.filter((column): column is Column<Row> => Boolean(column));
  const { body, from, to, above, below, measure } = useVisible(rows.length, rowHeight);
  useEffect(() => onRange?.(from, to), [onRange, from, to]);
  const keyOf = (row: Row | undefined, at: number) => (row === undefined ? `#${at}` : rowKey(row));
  const chosen = selection?.selected.size ?? 0;
  const width = columns.length + (selection ? 1 : 0);

  const selectAll = (on: boolean) => {
    if (!selection) return;
    if (on && selection.onSelectAll) selection.onSelectAll();
    else selection.onChange(new Set(on ? rows.map(keyOf) : []));
  };
  return (
    <div className={styles.frame}>
      <table className={styles.table} role="table" aria-label={label} aria-rowcount={rows.length + 1}>
        <thead role="rowgroup">
          <tr role="row">
            {selection && (
              <th role="columnheader" scope="col" className={styles.select}>
                <Checkbox
                  aria-label={t('select_all')}
                  checked={chosen > 0 && chosen >= rows.length}
                  mixed={chosen > 0 && chosen < rows.length}
                  onChange={selectAll}
                />
              </th>
            )}
            {columns.map((column) => (
              <Head key={column.id} column={column} sort={sort} onSort={onSort} />
            ))}
          </tr>
        </thead>
        <tbody role="rowgroup" ref={body}>
          <Space height={above} columns={width} />
          {rows.slice(from, to).map((row, at) => {
            const key = keyOf(row, from + at);
            return (
              <tr
                key={key}
                role="row"
                ref={measure}
                data-index={from + at}
                aria-rowindex={from + at + 2}
                aria-current={current === key || undefined}
                data-selected={selection?.selected.has(key) || undefined}
              >
                {row === undefined ? (
                  <td role="cell" colSpan={width} style={{ height: rowHeight }}>
                    <div className={styles.bar} />
                  </td>
                ) : (
                  <Cells row={row} keyOf={key} rowLabel={rowLabel} columns={columns} selection={selection} />
                )}
              </tr>
            );
          })}
          <Space height={below} columns={width} />
        </tbody>
      </table>
    </div>
  );
}
