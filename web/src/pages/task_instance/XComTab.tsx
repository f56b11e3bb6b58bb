// What the task left for others: each value as a tree, a table, a picture or text; changed and removed by who may.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Pencil, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { call } from '../../api/client';
import { useMay } from '../../app/session';
import { IconButton } from '../../ui/button';
import { EmptyState, ErrorState, FailureNotice, Loading, Notice } from '../../ui/feedback';
import { Segments } from '../../ui/field';
import { Card, CopyButton } from '../../ui/layout';
import { Confirm } from '../../ui/overlay';
import { Table, type Column } from '../../ui/table';
import { TimeText } from '../../ui/time';
import { Code } from './code';
import { JsonTree } from './json_tree';
import { type TaskKey } from '../../api/queries/task_instance';
import { useTaskKey, xcomQuery, xcomsQuery, type XComEntry } from './queries';
import styles from './task_instance.module.css';
import { t } from './text';
import { XCOM_URL, XComDialog } from './xcom_dialog';
import { briefOf, formsOf, tableOf, textOf, type Forms, type Rows } from './xcom_value';

const MOST_ROWS = 5000;
const MOST_TEXT = 1_000_000;

interface Row {
  row: Record<string, unknown>;
  at: string;
}
const tableProps = (table: Rows) => ({
  rows: table.rows.slice(0, MOST_ROWS).map((row, at): Row => ({ row, at: String(at) })),
  rowKey: ({ at }: Row) => at,
  columns: table.columns.map((column): Column<Row> => ({
    id: column,
    label: column,
    cell: ({ row }) => (column in row ? briefOf(row[column], 300) : ''),
  })),
});

function Shown({ name, value, form }: { name: string; value: unknown; form: Forms }) {
  const table = form === 'table' ? tableOf(value) : undefined;
  if (form === 'picture')
    return <img className={styles.picture} src={value as string} alt={t('picture_of', { key: name })} />;
  if (form === 'tree') return <JsonTree value={value} />;
  if (table) {
    return (
      <>
        {table.rows.length > MOST_ROWS && <Notice kind="warning">{t('rows_cut', { count: MOST_ROWS })}</Notice>}
        <Table label={name} {...tableProps(table)} />
      </>
    );
  }
  const text = textOf(value);
  return (
    <>
      {text.length > MOST_TEXT && <Notice kind="warning">{t('text_cut')}</Notice>}
      <Code
        copies={false}
        text={text.slice(0, MOST_TEXT)}
        language={typeof value === 'string' ? 'text' : 'json'}
        label={name}
      />
    </>
  );
}

function RemoveXCom({ task, name, onClose }: { task: TaskKey; name: string; onClose: () => void }) {
  const client = useQueryClient();
  const remove = useMutation({
    mutationFn: () =>
      call('delete', XCOM_URL, { path: { ...task, xcom_key: name }, query: { map_index: task.map_index } }),
    onSuccess: () => client.invalidateQueries({ queryKey: xcomsQuery(task).queryKey }),
  });
  return (
    <Confirm
      open
      onOpenChange={onClose}
      title={t('remove_xcom', { key: name })}
      description={t('remove_xcom_hint')}
      action={t('remove')}
      danger
      onConfirm={() => remove.mutateAsync().then(() => undefined)}
    >
      <FailureNotice error={remove.error} />
    </Confirm>
  );
}

function XComCard({ task, entry }: { task: TaskKey; entry: XComEntry }) {
  const xcom = useQuery(xcomQuery(task, entry.key));
  const [dialog, setDialog] = useState<'edit' | 'remove'>();
  const [picked, setPicked] = useState<Forms>();
  const may_change = useMay('user');
  const value = xcom.data?.value;
  const forms = formsOf(value);
  const form = picked && forms.includes(picked) ? picked : (forms[0] ?? 'text');
  return (
    <Card
      title={entry.key}
      flush
      actions={
        <>
          <TimeText value={entry.timestamp} />
          {forms.length > 1 && (
            <Segments
              label={t('look_as')}
              options={forms.map((each) => ({ value: each, label: t(each) }))}
              value={form}
              onChange={(each) => setPicked(each as Forms)}
            />
          )}
          {xcom.data && <CopyButton text={() => textOf(value)} />}
          {may_change && xcom.data && (
            <>
              <IconButton label={t('edit_xcom', { key: entry.key })} icon={Pencil} onClick={() => setDialog('edit')} />
              <IconButton
                label={t('remove_xcom', { key: entry.key })}
                icon={Trash2}
                onClick={() => setDialog('remove')}
              />
            </>
          )}
        </>
      }
    >
      {xcom.isPending && <Loading rows={2} />}
      {xcom.error && <ErrorState error={xcom.error} onRetry={() => void xcom.refetch()} />}
      {xcom.data && <Shown name={entry.key} value={value} form={form} />}
      {dialog === 'edit' && (
        <XComDialog task={task} name={entry.key} value={value} onClose={() => setDialog(undefined)} />
      )}
      {dialog === 'remove' && <RemoveXCom task={task} name={entry.key} onClose={() => setDialog(undefined)} />}
    </Card>
  );
}

export default function XComTab() {
  const task = useTaskKey();
  const xcoms = useQuery(xcomsQuery(task));
  if (xcoms.isPending) return <Loading />;
  if (xcoms.error) return <ErrorState error={xcoms.error} onRetry={() => void xcoms.refetch()} />;
  const { xcom_entries, total_entries } = xcoms.data;
  if (xcom_entries.length === 0) return <EmptyState title={t('no_xcom')}>{t('no_xcom_hint')}</EmptyState>;
  return (
    <>
      {total_entries > xcom_entries.length && (
        <Notice kind="warning">{t('xcoms_cut', { count: xcom_entries.length, total: total_entries })}</Notice>
      )}
      {xcom_entries.map((entry) => (
        <XComCard key={entry.key} task={task} entry={entry} />
      ))}
    </>
  );
}
