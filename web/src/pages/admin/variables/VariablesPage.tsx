import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Download, Lock, Pencil, Plus, Trash2, Upload, Variable as VariableIcon } from 'lucide-react';
import { useMemo, useState } from 'react';
import { call } from '../../../api/client';
import { liveOther } from '../../../api/live';
import { readAll } from '../../../api/read_all';
import { Button, IconButton } from '../../../ui/button';
import { SearchInput } from '../../../ui/field';
import { Page, Toolbar } from '../../../ui/layout';
import { Table, type Column } from '../../../ui/table';
import { toast } from '../../../ui/toast';
import styles from '../admin.module.css';
import { bulkDelete, download, useList, useRefresh, useSelection } from '../list';
import { DeleteDialog, ListBody, SelectionBar } from '../parts';
import { t } from '../text';
import { ImportDialog } from './import_dialog';
import { exportVariables, MASK, type Variable } from './variable';
import { VariableDialog } from './variable_dialog';

const PATH = '/api/v2/variables';

interface ColumnActions {
  edit: (one: Variable) => void;
  remove: (one: Variable) => void;
}

function columnsOf({ edit, remove }: ColumnActions): Column<Variable>[] {
  return [
    {
      id: 'key',
      label: t('key'),
      sort: 'key',
      width: '24%',
      narrow: 'title',
      cell: (one) => (
        <button type="button" className={styles.nameButton} onClick={() => edit(one)}>
          {one.key}
        </button>
      ),
    },
    { id: 'value', label: t('value'), cell: (one) => <span className={styles.value}>{one.value}</span> },
    {
      id: 'description',
      label: t('description'),
      sort: 'description',
      width: '24%',
      cell: (one) => one.description ?? <span className={styles.muted}>–</span>,
    },
    {
      id: 'is_encrypted',
      label: t('encrypted'),
      sort: 'is_encrypted',
      width: '8rem',
      cell: (one) =>
        one.is_encrypted ? (
          <span className={styles.row}>
            <Lock size={14} aria-hidden /> {t('yes')}
          </span>
        ) : (
          t('no')
        ),
    },
    {
      id: 'actions',
      label: t('actions'),
      hideLabel: true,
      width: '5rem',
      align: 'end',
      cell: (one) => (
        <span className={styles.actions}>
          <IconButton label={t('edit_name', { name: one.key })} icon={Pencil} onClick={() => edit(one)} />
          <IconButton label={t('delete_name', { name: one.key })} icon={Trash2} onClick={() => remove(one)} />
        </span>
      ),
    },
  ];
}

export default function VariablesPage() {
  const list = useList('key');
  const filter: Record<string, string> = list.q ? { variable_key_pattern: list.q } : {};
  const query = useQuery({
    queryKey: ['variables', list.query, filter],
    queryFn: ({ signal }) => call('get', PATH, { query: { ...list.query, ...filter }, signal }),
    placeholderData: keepPreviousData,
    meta: liveOther('variables'),
  });
  const rows = query.data?.variables;
  const { selected, selection, clear } = useSelection(useMemo(() => rows?.map((one) => one.key), [rows]));
  const refresh = useRefresh('variables');
  const [edited, setEdited] = useState<Variable | 'new'>();
  const [importing, setImporting] = useState(false);
  const [doomed, setDoomed] = useState<readonly string[]>();

  const save = (variables: readonly Variable[]) => {
    download('variables.json', exportVariables(variables));
    const masked = variables.filter((one) => one.value.includes(MASK)).length;
    toast(t('exported', { count: variables.length }) + (masked ? ` ${t('exported_masked', { count: masked })}` : ''));
  };
  const exportAll = async () => {
    try {
      save(
        await readAll(async (page) => {
          const { variables, total_entries } = await call('get', PATH, { query: { ...page, ...filter } });
          return [variables, total_entries];
        }),
      );
    } catch (error) {
      toast.failed(error, t('export'));
    }
  };
  const columns = columnsOf({ edit: setEdited, remove: (one) => setDoomed([one.key]) });
  const add = (
    <Button variant="primary" icon={Plus} onClick={() => setEdited('new')}>
      {t('add_variable')}
    </Button>
  );
  return (
    <Page
      title={t('variables')}
      aside={query.data && <span aria-live="polite">{t('count', { count: query.data.total_entries })}</span>}
      actions={
        <>
          <Button icon={Upload} onClick={() => setImporting(true)}>
            {t('import')}
          </Button>
          <Button icon={Download} onClick={() => void exportAll()} disabled={!query.data?.total_entries}>
            {t('export')}
          </Button>
          {add}
        </>
      }
    >
      <Toolbar label={t('filters')}>
        <div className={styles.search}>
          <SearchInput value={list.q} onChange={list.setQ} label={t('search_variables')} />
        </div>
      </Toolbar>
      <SelectionBar count={selected.size} onDelete={() => setDoomed([...selected])} onClear={clear}>
        <Button small icon={Download} onClick={() => save(rows?.filter((one) => selected.has(one.key)) ?? [])}>
          {t('export')}
        </Button>
      </SelectionBar>
      <ListBody
        query={query}
        filtered={list.q !== ''}
        onReset={() => list.setQ('')}
        empty={{ icon: VariableIcon, title: t('no_variables'), hint: t('no_variables_hint'), action: add }}
        offset={list.offset}
        onOffset={list.setOffset}
      >
        <Table
          label={t('variables')}
          columns={columns}
          rows={rows ?? []}
          rowKey={(one) => one.key}
          sort={list.order_by}
          onSort={list.setOrder}
          selection={selection}
        />
      </ListBody>
      {edited && (
        <VariableDialog
          key={edited === 'new' ? '' : edited.key}
          variable={edited === 'new' ? undefined : edited}
          onClose={() => setEdited(undefined)}
          onDone={refresh}
        />
      )}
      {importing && <ImportDialog onClose={() => setImporting(false)} onDone={refresh} />}
      <DeleteDialog
        names={doomed}
        what={t('variables')}
        warning={t('delete_variables_hint')}
        onClose={() => setDoomed(undefined)}
        onDelete={async (names) => {
          await bulkDelete(PATH, names).finally(refresh);
        }}
      />
    </Page>
  );
}
