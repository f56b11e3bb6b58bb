// A table of texts: sorted on the page, drawn as far as one sees it.
import { useMemo, useState } from 'react';
import { Notice } from '../ui/feedback';
import { Table, type Column } from '../ui/table';
import { compareCells, type TextTable } from './csv';
import styles from './results.module.css';
import { t } from './text';

interface Row {
  at: number;
  cells: readonly string[];
}

export function TextTableView({ table, label }: { table: TextTable; label: string }) {
  const [sort, setSort] = useState('');
  const rows = useMemo(() => {
    const all: Row[] = table.rows.map((cells, at) => ({ at, cells }));
    if (sort === '') return all;
    const down = sort.startsWith('-');
    const column = Number(sort.replace('-', ''));
    return all.toSorted((a, b) => compareCells(a.cells[column] ?? '', b.cells[column] ?? '', down) || a.at - b.at);
  }, [table, sort]);
  const columns = useMemo(
    () =>
      table.columns.map((name, at): Column<Row> => ({
        id: `${at}`,
        label: name || t('column', { number: at + 1 }),
        sort: `${at}`,
        cell: ({ cells }) => cells[at] ?? '',
      })),
    [table],
  );
  if (table.columns.length === 0) return <Notice>{t('empty_file')}</Notice>;
  return (
    <div className={styles.table}>
      <p className={styles.size}>{t('rows', { count: table.rows.length })}</p>
      {table.is_cut && <Notice kind="warning">{t('rows_cut')}</Notice>}
      <Table label={label} columns={columns} rows={rows} rowKey={(row) => `${row.at}`} sort={sort} onSort={setSort} />
    </div>
  );
}
