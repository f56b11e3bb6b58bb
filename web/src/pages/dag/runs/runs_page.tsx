// Every run of a DAG: filtered, sorted, with its note; clear, mark and delete, for many at once.
import { useQuery } from '@tanstack/react-query';
import { CircleCheck, CircleX, ListTree, RotateCcw, SearchX, Trash2, type LucideIcon } from 'lucide-react';
import { useState } from 'react';
import { BulkDialog } from '../../../actions/bulk_dialog';
import type { Target } from '../../../actions/target';
import { Link, useParams, useSearch } from '../../../app/navigation';
import { runPath } from '../../../app/paths';
import { useMay } from '../../../app/session';
import { t as say } from '../../../i18n/common_text';
import { Button } from '../../../ui/button';
import { EmptyState, ErrorState, Loading } from '../../../ui/feedback';
import { Pager } from '../../../ui/layout';
import { StateBadge } from '../../../ui/state_badge';
import { Table, type Column } from '../../../ui/table';
import { Duration, TimeText } from '../../../ui/time';
import type { DagRun } from '../../../api/queries/dag_run';
import { RunType } from '../frame/run_type';
import { BULK, type BulkName } from './bulk';
import { dayStart } from './day_start';
import { FilterBar } from './filter_bar';
import { DEFAULT_ORDER, filtersOf, isFiltered, NO_FILTERS, PAGE, queryOf, type RunFilters } from './filters';
import { runsQuery } from './queries';
import { RowMenu } from './row_menu';
import styles from './runs.module.css';
import { t } from './text';

const columns = (): Column<DagRun>[] => [
  {
    id: 'dag_run_id',
    label: t('run'),
    sort: 'run_id',
    width: '15rem',
    narrow: 'title',
    cell: (run) => (
      <Link className={styles.id} to={runPath(run.dag_id, run.dag_run_id)}>
        {run.dag_run_id}
      </Link>
    ),
  },
  { id: 'state', label: t('state'), sort: 'state', width: '8rem', cell: (run) => <StateBadge state={run.state} /> },
  {
    id: 'type',
    label: t('run_type'),
    sort: 'run_type',
    width: '9rem',
    cell: (run) => <RunType run_type={run.run_type} />,
  },
  {
    id: 'after',
    label: t('run_after'),
    sort: 'run_after',
    width: '9rem',
    cell: (run) => <TimeText value={run.run_after} />,
  },
  {
    id: 'start',
    label: t('start'),
    sort: 'start_date',
    width: '9rem',
    cell: (run) => <TimeText value={run.start_date} />,
  },
  {
    id: 'duration',
    label: t('duration'),
    sort: 'duration',
    width: '7rem',
    align: 'end',
    cell: (run) => <Duration start={run.start_date} end={run.end_date} />,
  },
  {
    id: 'version',
    label: t('version'),
    width: '5rem',
    align: 'end',
    cell: (run) => run.dag_versions.map(({ version_number }) => version_number).join(', ') || '–',
  },
  { id: 'user', label: t('by'), width: '7rem', cell: (run) => run.triggering_user_name ?? '–' },
  {
    id: 'note',
    label: t('note'),
    cell: (run) =>
      run.note ? <span className={styles.note}>{run.note}</span> : <span className={styles.muted}>–</span>,
  },
  {
    id: 'menu',
    label: t('actions'),
    hideLabel: true,
    narrow: 'bare',
    width: '3rem',
    cell: (run) => <RowMenu run={run} />,
  },
];

const ACTIONS: [name: BulkName, icon: LucideIcon][] = [
  ['clear', RotateCcw],
  ['clear_failed', RotateCcw],
  ['success', CircleCheck],
  ['failed', CircleX],
  ['delete', Trash2],
];
const NOTHING: ReadonlySet<string> = new Set();

export default function RunsPage() {
  const { dag_id = '' } = useParams();
  const search = useSearch();
  const filters = filtersOf(search);
  const runs = useQuery(runsQuery(dag_id, queryOf(filters, dayStart)));
  const may_act = useMay('user');
  const [selected, setSelected] = useState(NOTHING);
  const [work, setWork] = useState<{ action: BulkName; targets: readonly Target[] }>();
  const begin = (action: BulkName) =>
    setWork({ action, targets: [...selected].map((dag_run_id) => ({ dag_id, dag_run_id })) });
  return (
    <>
      <FilterBar filters={filters} />
      {selected.size > 0 && (
        <div className={styles.bulk} role="group" aria-label={t('for_selected')}>
          <b>{t('selected', { count: selected.size })}</b>
          {ACTIONS.map(([action, icon]) => (
            <Button key={action} small icon={icon} onClick={() => begin(action)}>
              {t(action)}
            </Button>
          ))}
          <Button small variant="quiet" onClick={() => setSelected(NOTHING)}>
            {t('select_none')}
          </Button>
        </div>
      )}
      {runs.error ? (
        <ErrorState error={runs.error} onRetry={() => void runs.refetch()} />
      ) : !runs.data ? (
        <Loading rows={10} />
      ) : runs.data.total_entries === 0 ? (
        <Nothing filters={filters} />
      ) : (
        <>
          <span aria-live="polite" className={styles.muted}>
            {say('dag_runs', { count: runs.data.total_entries })}
          </span>
          <Table
            label={t('runs')}
            columns={columns()}
            rows={runs.data.dag_runs}
            rowKey={(run) => run.dag_run_id}
            rowLabel={(run) => run.dag_run_id}
            sort={filters.order_by}
            onSort={(order_by) => search.set({ order_by: order_by === DEFAULT_ORDER ? null : order_by, offset: null })}
            {...(may_act && { selection: { selected, onChange: setSelected } })}
          />
          <Pager
            total={runs.data.total_entries}
            limit={PAGE}
            offset={filters.offset}
            onChange={(offset) => search.set({ offset }, { push: true })}
          />
        </>
      )}
      {work && (
        <BulkDialog
          action={BULK[work.action]}
          items={work.targets}
          keyOf={(target) => target.dag_run_id}
          nameOf={(target) => target.dag_run_id}
          texts={{
            title: t(`${work.action}_title`, { count: work.targets.length }),
            what: t(`${work.action}_what`),
            act: (count) => t(`${work.action}_do`, { count }),
            all_done: () => t('all_done'),
            some_failed: (count) => t('some_failed', { count }),
          }}
          onClose={() => setWork(undefined)}
          onDone={(done) => setSelected((before) => new Set([...before].filter((id) => !done.includes(id))))}
        />
      )}
    </>
  );
}

function Nothing({ filters }: { filters: RunFilters }) {
  const search = useSearch();
  if (!isFiltered(filters) && filters.offset === 0) {
    return (
      <EmptyState icon={ListTree} title={t('no_runs')}>
        {t('no_runs_hint')}
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
