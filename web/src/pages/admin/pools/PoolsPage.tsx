import { useQuery } from '@tanstack/react-query';
import { Layers, Pencil, Plus, Trash2 } from 'lucide-react';
import { useMemo, useState } from 'react';
import { useMay } from '../../../app/session';
import { Button, IconButton } from '../../../ui/button';
import { SearchInput } from '../../../ui/field';
import { Page, Toolbar } from '../../../ui/layout';
import { Table, type Column } from '../../../ui/table';
import styles from '../admin.module.css';
import { bulkDelete, useList, useRefresh, useSelection } from '../list';
import { DeleteDialog, ListBody, SelectionBar } from '../parts';
import { t } from '../text';
import { DEFAULT_POOL, poolsQuery, UNLIMITED, type Pool } from './pool';
import { PoolBar } from './pool_bar';
import { PoolDialog } from './pool_dialog';

const PATH = '/api/v2/pools';

interface ColumnActions {
  may_change: boolean;
  edit: (pool: Pool) => void;
  remove: (pool: Pool) => void;
}

function columnsOf({ may_change, edit, remove }: ColumnActions): (Column<Pool> | false)[] {
  return [
    {
      id: 'name',
      label: t('pool'),
      sort: 'name',
      width: '22%',
      narrow: 'title',
      cell: (pool) => <span className={styles.name}>{pool.name}</span>,
    },
    { id: 'use', label: t('use'), cell: (pool) => <PoolBar pool={pool} /> },
    {
      id: 'slots',
      label: t('slots'),
      width: '6rem',
      align: 'end',
      cell: (pool) => (pool.slots === UNLIMITED ? '∞' : pool.slots),
    },
    {
      id: 'include_deferred',
      label: t('include_deferred_short'),
      width: '9rem',
      cell: (pool) => (pool.include_deferred ? t('yes') : t('no')),
    },
    {
      id: 'description',
      label: t('description'),
      width: '20%',
      cell: (pool) => pool.description || <span className={styles.muted}>–</span>,
    },
    may_change && {
      id: 'actions',
      label: t('actions'),
      hideLabel: true,
      width: '5rem',
      align: 'end',
      cell: (pool) => (
        <span className={styles.actions}>
          <IconButton label={t('edit_name', { name: pool.name })} icon={Pencil} onClick={() => edit(pool)} />
          {pool.name !== DEFAULT_POOL && (
            <IconButton label={t('delete_name', { name: pool.name })} icon={Trash2} onClick={() => remove(pool)} />
          )}
        </span>
      ),
    },
  ];
}

export default function PoolsPage() {
  const list = useList('name');
  const may_change = useMay('op');
  const filter = list.q ? { pool_name_pattern: list.q } : {};
  const query = useQuery(poolsQuery({ ...list.query, ...filter }));
  const rows = query.data?.pools;
  const { selected, selection, clear } = useSelection(useMemo(() => rows?.map((one) => one.name), [rows]));
  const refresh = useRefresh('pools');
  const [edited, setEdited] = useState<Pool | 'new'>();
  const [doomed, setDoomed] = useState<readonly string[]>();
  const columns = columnsOf({ may_change, edit: setEdited, remove: (pool) => setDoomed([pool.name]) });
  const deletable = [...selected].filter((name) => name !== DEFAULT_POOL);
  const add = may_change && (
    <Button variant="primary" icon={Plus} onClick={() => setEdited('new')}>
      {t('add_pool')}
    </Button>
  );
  return (
    <Page
      title={t('pools')}
      aside={query.data && <span aria-live="polite">{t('count', { count: query.data.total_entries })}</span>}
      actions={add}
    >
      <Toolbar label={t('filters')}>
        <div className={styles.search}>
          <SearchInput value={list.q} onChange={list.setQ} label={t('search_pools')} />
        </div>
      </Toolbar>
      <SelectionBar count={deletable.length} onDelete={() => setDoomed(deletable)} onClear={clear} />
      <ListBody
        query={query}
        filtered={list.q !== ''}
        onReset={() => list.setQ('')}
        empty={{ icon: Layers, title: t('no_pools'), hint: t('no_pools_hint'), action: add }}
        offset={list.offset}
        onOffset={list.setOffset}
      >
        <Table
          label={t('pools')}
          columns={columns}
          rows={rows ?? []}
          rowKey={(pool) => pool.name}
          rowHeight={61}
          sort={list.order_by}
          onSort={list.setOrder}
          {...(may_change && { selection })}
        />
      </ListBody>
      {edited && (
        <PoolDialog
          key={edited === 'new' ? '' : edited.name}
          pool={edited === 'new' ? undefined : edited}
          onClose={() => setEdited(undefined)}
          onDone={refresh}
        />
      )}
      <DeleteDialog
        names={doomed}
        what={t('pools')}
        warning={t('delete_pools_hint')}
        onClose={() => setDoomed(undefined)}
        onDelete={async (names) => {
          await bulkDelete(PATH, names).finally(refresh);
        }}
      />
    </Page>
  );
}
