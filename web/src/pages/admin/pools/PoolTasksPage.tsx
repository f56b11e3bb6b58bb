// Task instances of all DAGs by pool and state: where the bars of a pool lead to.
import { useQuery } from '@tanstack/react-query';
import { ListChecks } from 'lucide-react';
import { liveAll } from '../../../api/live';
import { tasksQuery, type TaskInstance } from '../../../api/queries/task_instance';
import { Link } from '../../../app/navigation';
import { dagPath, runPath, taskPath } from '../../../app/paths';
import { Select } from '../../../ui/field';
import { Page, Toolbar } from '../../../ui/layout';
import { StateBadge } from '../../../ui/state_badge';
import { TASK_STATES, t as stateText } from '../../../ui/states';
import { Table, type Column } from '../../../ui/table';
import { Duration, TimeText } from '../../../ui/time';
import styles from '../admin.module.css';
import { useList } from '../list';
import { ListBody } from '../parts';
import { t } from '../text';
import { poolsQuery } from './pool';

const STATES = Object.keys(TASK_STATES) as (keyof typeof TASK_STATES)[];

const COLUMNS: () => Column<TaskInstance>[] = () => [
  {
    id: 'task',
    label: t('task'),
    width: '24%',
    narrow: 'title',
    cell: (one) => (
      <Link to={taskPath(one)}>
        {one.task_display_name}
        {one.map_index >= 0 && ` [${one.map_index}]`}
      </Link>
    ),
  },
  { id: 'dag', label: t('dag'), width: '20%', cell: (one) => <Link to={dagPath(one.dag_id)}>{one.dag_id}</Link> },
  {
    id: 'run',
    label: t('run'),
    cell: (one) => <Link to={runPath(one.dag_id, one.dag_run_id)}>{one.dag_run_id}</Link>,
  },
  { id: 'state', label: t('state'), width: '9rem', cell: (one) => <StateBadge state={one.state} /> },
  { id: 'pool_slots', label: t('slots'), width: '5rem', align: 'end', cell: (one) => one.pool_slots },
  {
    id: 'start_date',
    label: t('started'),
    sort: 'start_date',
    width: '9rem',
    cell: (one) => <TimeText value={one.start_date} />,
  },
  {
    id: 'duration',
    label: t('duration'),
    width: '7rem',
    align: 'end',
    cell: (one) => <Duration start={one.start_date} end={one.end_date} />,
  },
];

export default function PoolTasksPage() {
  const list = useList('-start_date');
  const pool = list.search.get('pool') ?? '';
  const state = list.search.get('task_state') ?? '';
  const pools = useQuery(poolsQuery({ limit: 100 }));
  const query = useQuery(tasksQuery('~', '~', { ...list.query, pool, state }, liveAll()));
  return (
    <Page
      title={t('task_instances')}
      crumbs={[{ label: t('pools'), to: '/pools' }]}
      aside={query.data && <span aria-live="polite">{t('count', { count: query.data.total_entries })}</span>}
    >
      <Toolbar label={t('filters')}>
        <div className={styles.field}>
          <Select
            aria-label={t('pool')}
            value={pool}
            onChange={(value) => list.setFilter({ pool: value })}
            options={[
              { value: '', label: t('all_pools') },
              ...(pools.data?.pools ?? (pool ? [{ name: pool }] : [])).map(({ name }) => ({
                value: name,
                label: name,
              })),
            ]}
          />
        </div>
        <div className={styles.field}>
          <Select
            aria-label={t('state')}
            value={state}
            onChange={(value) => list.setFilter({ task_state: value })}
            options={[
              { value: '', label: t('all_states') },
              ...STATES.map((value) => ({ value, label: stateText(value) })),
            ]}
          />
        </div>
      </Toolbar>
      <ListBody
        query={query}
        filtered={pool !== '' || state !== ''}
        onReset={() => list.setFilter({ pool: null, task_state: null })}
        empty={{ icon: ListChecks, title: t('no_task_instances'), hint: t('no_task_instances_hint') }}
        offset={list.offset}
        onOffset={list.setOffset}
      >
        <Table
          label={t('task_instances')}
          columns={COLUMNS()}
          rows={query.data?.task_instances ?? []}
          rowKey={(one) => one.id}
          sort={list.order_by}
          onSort={list.setOrder}
        />
      </ListBody>
    </Page>
  );
}
