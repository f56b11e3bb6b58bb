// The tasks of a DAG: what each is, how it went of late, how long it takes.
import { useQuery } from '@tanstack/react-query';
import { ListChecks, SearchX } from 'lucide-react';
import { call } from '../../../api/client';
import { Link, useParams, useSearch } from '../../../app/navigation';
import { taskPath } from '../../../app/paths';
import { Button } from '../../../ui/button';
import { EmptyState, ErrorState, Loading } from '../../../ui/feedback';
import { SearchInput, Select } from '../../../ui/field';
import { Toolbar } from '../../../ui/layout';
import { StateDot } from '../../../ui/state_badge';
import { lookOf } from '../../../ui/states';
import { Table, type Column } from '../../../ui/table';
import { Duration } from '../../../ui/time';
import { durationsQuery, statesQuery } from '../queries';
import { fits, rowsOf, sorted, type TaskRow } from './rows';
import styles from './tasks.module.css';
import { t } from './text';

const RUNS = 7;
const MEASURED_RUNS = 20;

const useTasks = (dag_id: string) =>
  useQuery({
    queryKey: ['tasks', dag_id],
    queryFn: ({ signal }) => call('get', '/api/v2/dags/{dag_id}/tasks', { path: { dag_id }, signal }),
    meta: { live: { touches: (change) => change.dags.some((dag) => dag.dag_id === dag_id) } },
  });

function LastRuns({ dag_id, row }: { dag_id: string; row: TaskRow }) {
  const { task_id } = row.task;
  return (
    <span className={styles.strip}>
      {row.last.toReversed().map(({ dag_run_id, state }) =>
        state === undefined ? (
          <span key={dag_run_id} className={styles.gap} />
        ) : (
          <Link
            key={dag_run_id}
            to={taskPath({ dag_id, dag_run_id, task_id })}
            aria-label={t('in_run', { state: lookOf(state).label, run: dag_run_id })}
          >
            <StateDot state={state} />
          </Link>
        ),
      )}
    </span>
  );
}

const columns = (dag_id: string): Column<TaskRow>[] => [
  {
    id: 'task',
    label: t('task'),
    sort: 'task_id',
    narrow: 'title',
    cell: (row) => {
      const newest = row.last.find(({ state }) => state !== undefined);
      const { task_id, task_display_name } = row.task;
      return (
        <>
          {newest ? (
            <Link className={styles.id} to={taskPath({ dag_id, dag_run_id: newest.dag_run_id, task_id })}>
              {task_display_name}
            </Link>
          ) : (
            <span className={styles.id}>{task_display_name}</span>
          )}
          {task_display_name !== task_id && <span className={styles.muted}>{task_id}</span>}
        </>
      );
    },
  },
  {
    id: 'operator',
    label: t('operator'),
    sort: 'operator',
    width: '12rem',
    cell: ({ task }) => task.operator_name + (task.is_mapped ? ` ${t('mapped')}` : ''),
  },
  { id: 'last', label: t('last_runs'), width: '14rem', cell: (row) => <LastRuns dag_id={dag_id} row={row} /> },
  {
    id: 'duration',
    label: t('usual_duration'),
    sort: 'duration',
    width: '8rem',
    align: 'end',
    cell: (row) => <Duration seconds={row.median_seconds} />,
  },
  { id: 'rule', label: t('trigger_rule'), width: '9rem', cell: ({ task }) => task.trigger_rule },
  { id: 'retries', label: t('retries'), width: '5rem', align: 'end', cell: ({ task }) => task.retries },
  { id: 'pool', label: t('pool'), width: '9rem', cell: ({ task }) => task.pool },
  { id: 'queue', label: t('queue'), width: '7rem', cell: ({ task }) => task.queue },
];

export default function TasksPage() {
  const { dag_id = '' } = useParams();
  const search = useSearch();
  const tasks = useTasks(dag_id);
  const grid = useQuery(statesQuery(dag_id, { limit: RUNS }));
  const durations = useQuery(durationsQuery(dag_id, MEASURED_RUNS));
  if (tasks.error) return <ErrorState error={tasks.error} onRetry={() => void tasks.refetch()} />;
  if (!tasks.data) return <Loading rows={8} />;
  const all = rowsOf(tasks.data.tasks, grid.data, durations.data);
  const text = search.get('q') ?? '';
  const operator = search.get('operator') ?? '';
  const rows = sorted(
    all.filter((row) => fits(row, text, operator)),
    search.get('order_by'),
  );
  const operators = [...new Set(all.map((row) => row.task.operator_name))].toSorted((a, b) => a.localeCompare(b));
  if (all.length === 0) {
    return (
      <EmptyState icon={ListChecks} title={t('no_tasks')}>
        {t('no_tasks_hint')}
      </EmptyState>
    );
  }
  return (
    <>
      <Toolbar label={t('filters')}>
        <div className={styles.search}>
          <SearchInput label={t('search')} value={text} onChange={(q) => search.set({ q })} />
        </div>
        <Select
          className={styles.select ?? ''}
          aria-label={t('operator')}
          value={operator}
          options={[
            { value: '', label: t('any_operator') },
            ...operators.map((name) => ({ value: name, label: name })),
          ]}
          onChange={(value) => search.set({ operator: value })}
        />
      </Toolbar>
      {rows.length === 0 ? (
        <EmptyState
          icon={SearchX}
          title={t('nothing_fits')}
          action={<Button onClick={() => search.set({ q: null, operator: null })}>{t('reset_filters')}</Button>}
        >
          {t('nothing_fits_hint')}
        </EmptyState>
      ) : (
        <Table
          label={t('tasks')}
          columns={columns(dag_id)}
          rows={rows}
          rowKey={(row) => row.task.task_id}
          {...(search.get('order_by') !== undefined && { sort: search.get('order_by') ?? '' })}
          onSort={(order_by) => search.set({ order_by })}
        />
      )}
    </>
  );
}
