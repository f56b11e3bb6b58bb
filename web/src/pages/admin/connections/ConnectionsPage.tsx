import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Cable, Copy, Download, Pencil, Plus, Trash2 } from 'lucide-react';
import { useMemo, useState } from 'react';
import { call } from '../../../api/client';
import { liveOther } from '../../../api/live';
import { readAll } from '../../../api/read_all';
import { Button, IconButton } from '../../../ui/button';
import { SearchInput } from '../../../ui/field';
import { Page, Tag, Toolbar } from '../../../ui/layout';
import { Table, type Column } from '../../../ui/table';
import { toast } from '../../../ui/toast';
import styles from '../admin.module.css';
import { bulkDelete, download, useList, useRefresh, useSelection } from '../list';
import { DeleteDialog, ListBody, SelectionBar } from '../parts';
import { t } from '../text';
import type { Connection } from './connection';
import { ConnectionDialog } from './connection_dialog';

const PATH = '/api/v2/connections';

/** In the form of `connections export`, without what was masked. */
const exported = (connections: readonly Connection[]) =>
  `${JSON.stringify(
    Object.fromEntries(connections.map(({ connection_id, ...rest }) => [connection_id, rest])),
    null,
    2,
  )}\n`;

interface ColumnActions {
  edit: (edited: { connection: Connection; copy?: boolean }) => void;
  remove: (one: Connection) => void;
}

function columnsOf({ edit, remove }: ColumnActions): Column<Connection>[] {
  return [
    {
      id: 'connection_id',
      label: t('connection_id'),
      sort: 'connection_id',
      width: '24%',
      narrow: 'title',
      cell: (one) => (
        <button type="button" className={styles.nameButton} onClick={() => edit({ connection: one })}>
          {one.connection_id}
        </button>
      ),
    },
    {
      id: 'conn_type',
      label: t('conn_type'),
      sort: 'conn_type',
      width: '10rem',
      cell: (one) => <Tag>{one.conn_type}</Tag>,
    },
    {
      id: 'host',
      label: t('host'),
      sort: 'host',
      cell: (one) =>
        one.host ? (
          <span className={styles.value}>{one.port === null ? one.host : `${one.host}:${one.port}`}</span>
        ) : (
          <span className={styles.muted}>–</span>
        ),
    },
    {
      id: 'login',
      label: t('login'),
      width: '12%',
      cell: (one) => one.login ?? <span className={styles.muted}>–</span>,
    },
    {
      id: 'description',
      label: t('description'),
      sort: 'description',
      width: '22%',
      cell: (one) => one.description ?? <span className={styles.muted}>–</span>,
    },
    {
      id: 'actions',
      label: t('actions'),
      hideLabel: true,
      width: '7rem',
      align: 'end',
      cell: (one) => (
        <span className={styles.actions}>
          <IconButton
            label={t('edit_name', { name: one.connection_id })}
            icon={Pencil}
            onClick={() => edit({ connection: one })}
          />
          <IconButton
            label={t('copy_name', { name: one.connection_id })}
            icon={Copy}
            onClick={() => edit({ connection: one, copy: true })}
          />
          <IconButton label={t('delete_name', { name: one.connection_id })} icon={Trash2} onClick={() => remove(one)} />
        </span>
      ),
    },
  ];
}

export default function ConnectionsPage() {
  const list = useList('connection_id');
  const filter: Record<string, string> = list.q ? { connection_id_pattern: list.q } : {};
  const query = useQuery({
    queryKey: ['connections', list.query, filter],
    queryFn: ({ signal }) => call('get', PATH, { query: { ...list.query, ...filter }, signal }),
    placeholderData: keepPreviousData,
    meta: liveOther('connections'),
  });
  const rows = query.data?.connections;
  const { selected, selection, clear } = useSelection(useMemo(() => rows?.map((one) => one.connection_id), [rows]));
  const refresh = useRefresh('connections');
  const [edited, setEdited] = useState<{ connection: Connection | undefined; copy?: boolean }>();
  const [doomed, setDoomed] = useState<readonly string[]>();

  const save = (connections: readonly Connection[]) => {
    download('connections.json', exported(connections));
    toast(`${t('exported', { count: connections.length })} ${t('exported_connections_hint')}`);
  };
  const exportAll = async () => {
    try {
      save(
        await readAll(async (page) => {
          const { connections, total_entries } = await call('get', PATH, { query: { ...page, ...filter } });
          return [connections, total_entries];
        }),
      );
    } catch (error) {
      toast.failed(error, t('export'));
    }
  };
  const columns = columnsOf({ edit: setEdited, remove: (one) => setDoomed([one.connection_id]) });
  const add = (
    <Button variant="primary" icon={Plus} onClick={() => setEdited({ connection: undefined })}>
      {t('add_connection')}
    </Button>
  );
  return (
    <Page
      title={t('connections')}
      aside={query.data && <span aria-live="polite">{t('count', { count: query.data.total_entries })}</span>}
      actions={
        <>
          <Button icon={Download} onClick={() => void exportAll()} disabled={!query.data?.total_entries}>
            {t('export')}
          </Button>
          {add}
        </>
      }
    >
      <Toolbar label={t('filters')}>
        <div className={styles.search}>
          <SearchInput value={list.q} onChange={list.setQ} label={t('search_connections')} />
        </div>
      </Toolbar>
      <SelectionBar count={selected.size} onDelete={() => setDoomed([...selected])} onClear={clear}>
        <Button
          small
          icon={Download}
          onClick={() => save(rows?.filter((one) => selected.has(one.connection_id)) ?? [])}
        >
          {t('export')}
        </Button>
      </SelectionBar>
      <ListBody
        query={query}
        filtered={list.q !== ''}
        onReset={() => list.setQ('')}
        empty={{ icon: Cable, title: t('no_connections'), hint: t('no_connections_hint'), action: add }}
        offset={list.offset}
        onOffset={list.setOffset}
      >
        <Table
          label={t('connections')}
          columns={columns}
          rows={rows ?? []}
          rowKey={(one) => one.connection_id}
          sort={list.order_by}
          onSort={list.setOrder}
          selection={selection}
        />
      </ListBody>
      {edited && <ConnectionDialog {...edited} onClose={() => setEdited(undefined)} onDone={refresh} />}
      <DeleteDialog
        names={doomed}
        what={t('connections')}
        warning={t('delete_connections_hint')}
        onClose={() => setDoomed(undefined)}
        onDelete={async (names) => {
          await bulkDelete(PATH, names).finally(refresh);
        }}
      />
    </Page>
  );
}
