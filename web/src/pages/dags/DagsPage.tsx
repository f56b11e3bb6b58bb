import { useQueryClient } from '@tanstack/react-query';
import {
  FileWarning,
  FolderSearch,
  Pause,
  Play,
  RotateCcw,
  SearchX,
  Trash2,
  Workflow,
  type LucideIcon,
} from 'lucide-react';
import { useMemo, useState } from 'react';
import { BulkDialog } from '../../actions/bulk_dialog';
import { Link, useSearch } from '../../app/navigation';
import { useMay } from '../../app/session';
import { t as say } from '../../i18n/common_text';
import { Button } from '../../ui/button';
import { EmptyState, ErrorState, Loading, Notice } from '../../ui/feedback';
import { Page } from '../../ui/layout';
import { Table } from '../../ui/table';
import { toast } from '../../ui/toast';
import { ACTIONS, type ActionName } from './actions';
import { columnsOf } from './columns';
import type { Dag } from './dag';
import styles from './dags.module.css';
import { FilterBar } from './filter_bar';
import { DEFAULT_ORDER, filtersOf, isFiltered, NO_FILTERS, type Filters } from './filters';
import { allDags, useDagList, useImportErrorCount } from './queries';
import { t } from './text';

const BULK: [name: ActionName, icon: LucideIcon][] = [
  ['pause', Pause],
  ['unpause', Workflow],
  ['trigger', Play],
  ['clear_failed', RotateCcw],
  ['delete', Trash2],
];
const NOBODY: ReadonlySet<string> = new Set();

export default function DagsPage() {
  const search = useSearch();
  const filters = filtersOf(search);
  const list = useDagList(filters);
  const client = useQueryClient();
  const may_act = useMay('user');
  const [selected, setSelected] = useState(NOBODY);
  const [work, setWork] = useState<{ action: ActionName; dags: readonly Dag[] }>();
  const columns = useMemo(() => columnsOf((action, dag) => setWork({ action, dags: [dag] })), []);

  const every = async () => {
    try {
      return await allDags(client, filters);
    } catch (error) {
      toast.failed(error, t('select_all'));
      return [];
    }
  };
  const selectAll = async () => setSelected(new Set((await every()).map((dag) => dag.dag_id)));
  const begin = async (action: ActionName) => {
    const here = list.rows.filter((dag): dag is Dag => dag !== undefined && selected.has(dag.dag_id));
    const dags = here.length === selected.size ? here : (await every()).filter((dag) => selected.has(dag.dag_id));
    if (dags.length > 0) setWork({ action, dags });
  };
  return (
    <Page
      title={t('title')}
      aside={!list.pending && <span aria-live="polite">{say('dags', { count: list.total })}</span>}
    >
      <ImportErrors />
      <FilterBar filters={filters} shown={list.rows} />
      {selected.size > 0 && (
        <div className={styles.bulk} role="group" aria-label={t('for_selected')}>
          <b>{t('selected', { count: selected.size })}</b>
          {BULK.map(([action, icon]) => (
            <Button key={action} small icon={icon} onClick={() => void begin(action)}>
              {t(action)}
            </Button>
          ))}
          <Button small variant="quiet" onClick={() => setSelected(NOBODY)}>
            {t('select_none')}
          </Button>
        </div>
      )}
      {list.error && !list.pending && <Notice kind="danger">{list.error.message}</Notice>}
      {list.pending ? (
        list.error ? (
          <ErrorState error={list.error} onRetry={list.retry} />
        ) : (
          <Loading rows={12} />
        )
      ) : list.total === 0 ? (
        <Nothing filters={filters} />
      ) : (
        <Table
          label={t('title')}
          columns={columns}
          rows={list.rows}
          rowKey={(dag) => dag.dag_id}
          rowLabel={(dag) => dag.dag_display_name}
          rowHeight={57}
          sort={filters.order_by}
          onSort={(order_by) => search.set({ order_by: order_by === DEFAULT_ORDER ? null : order_by })}
          onRange={list.onRange}
          {...(may_act && {
            selection: { selected, onChange: setSelected, onSelectAll: () => void selectAll() },
          })}
        />
      )}
      {work && (
        <BulkDialog
          action={ACTIONS[work.action]}
          items={work.dags}
          keyOf={(dag) => dag.dag_id}
          nameOf={(dag) => dag.dag_display_name}
          texts={{
            title: t(`${work.action}_title`, { count: work.dags.length }),
            what: t(`${work.action}_what`),
            act: (count) => t(`${work.action}_do`, { count }),
            all_done: (count) => t('all_done', { count }),
            some_failed: (count) => t('some_failed', { count }),
          }}
          onClose={() => setWork(undefined)}
          onDone={(done) => setSelected((before) => new Set([...before].filter((dag_id) => !done.includes(dag_id))))}
        />
      )}
    </Page>
  );
}

function ImportErrors() {
  const { data: count = 0 } = useImportErrorCount();
  if (count === 0) return null;
  return (
    <Link to="/import_errors" className={styles.importErrors}>
      <FileWarning aria-hidden />
      {t('import_errors', { count })}
    </Link>
  );
}

function Nothing({ filters }: { filters: Filters }) {
  const search = useSearch();
  if (!isFiltered(filters)) {
    return (
      <EmptyState icon={FolderSearch} title={t('no_dags')}>
        {t('no_dags_hint')}
      </EmptyState>
    );
  }
  return (
    <EmptyState
      icon={SearchX}
      title={t('nothing_fits')}
      action={<Button onClick={() => search.set(NO_FILTERS)}>{t('reset_filters')}</Button>}
    >
      {t('nothing_fits_hint')}
    </EmptyState>
  );
}
