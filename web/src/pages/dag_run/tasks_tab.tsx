// The run's task instances: state, why it waits, how long it took, its log a click away.
import { useQuery } from '@tanstack/react-query';
import { ScrollText } from 'lucide-react';
import { Link, useParams, useSearch } from '../../app/navigation';
import { taskPath } from '../../app/paths';
import { EmptyState, ErrorState, Loading } from '../../ui/feedback';
import { Button } from '../../ui/button';
import { SearchInput, Select } from '../../ui/field';
import { Pager, Toolbar } from '../../ui/layout';
import { StateBadge } from '../../ui/state_badge';
import { lookOf, TASK_STATES } from '../../ui/states';
import { Table, type Column } from '../../ui/table';
import { Duration, TimeText } from '../../ui/time';
import { waitingQuery, type Waiting } from '../../api/queries/dag_run';
import type { TaskInstance } from '../../api/queries/task_instance';
import { ReasonText } from '../../ui/reason';
import styles from './dag_run.module.css';
import { runTasksQuery, taskKeyOf } from './queries';
import { TaskActions } from './run_actions';
import { RunSummary } from './run_summary';
import { t } from './text';

const PAGE = 100;

const nameOf = (task: TaskInstance) =>
  task.map_index < 0 ? task.task_display_name : `${task.task_display_name} [${task.map_index}]`;

type WaitingTask = Waiting['task_instances'][number];

function columnsOf(reasons: ReadonlyMap<string, WaitingTask>): Column<TaskInstance>[] {
  return [
    {
      id: 'task',
      label: t('task'),
      sort: 'task_id',
      narrow: 'title',
      cell: (task) => (
        <Link to={taskPath(task)} className={styles.task}>
          {nameOf(task)}
        </Link>
      ),
    },
    {
      id: 'state',
      label: t('state'),
      sort: 'state',
      width: '11rem',
      cell: (task) => <StateBadge state={task.state} />,
    },
    {
      id: 'reason',
      label: t('why'),
      cell: (task) => {
        const reason = reasons.get(taskKeyOf(task));
        return reason ? (
          <span className={styles.reason}>
            <ReasonText reason={reason} text={reason.reason} />
          </span>
        ) : (
          <span className={styles.muted}>{task.note ?? ''}</span>
        );
      },
    },
    {
      id: 'try',
      label: t('try'),
      sort: 'try_number',
      width: '5.5rem',
      cell: (task) => t('try_of', { number: task.try_number, most: Math.max(task.max_tries + 1, task.try_number) }),
    },
    {
      id: 'start',
      label: t('start'),
      sort: 'start_date',
      width: '10rem',
      cell: (task) => <TimeText value={task.start_date} />,
    },
    {
      id: 'duration',
      label: t('duration'),
      sort: 'duration',
      width: '8rem',
      cell: (task) => <Duration start={task.start_date} end={task.end_date} />,
    },
    {
      id: 'operator',
      label: t('operator'),
      width: '11rem',
      narrow: 'none',
      cell: (task) => <span className={styles.muted}>{task.operator_name}</span>,
    },
    {
      id: 'log',
      label: t('log'),
      hideLabel: true,
      width: '5.5rem',
      cell: (task) =>
        task.try_number > 0 && (
          <Link to={taskPath(task)} className={styles.log} aria-label={t('log_of', { task: nameOf(task) })}>
            <ScrollText aria-hidden />
            {t('log')}
          </Link>
        ),
    },
    {
      id: 'actions',
      label: t('actions'),
      hideLabel: true,
      width: '3rem',
      cell: (task) => <TaskActions task={task} name={nameOf(task)} />,
    },
  ];
}

export default function TasksTab() {
  const { dag_id = '', dag_run_id = '' } = useParams();
  const search = useSearch();
  const state = search.get('state') ?? '';
  const name = search.get('task') ?? '';
  const order_by = search.get('order_by') ?? 'start_date';
  const offset = Number(search.get('offset') ?? 0) || 0;
  const asked = { states: state ? [state] : [], name, order_by, limit: PAGE, offset };
  const tasks = useQuery(runTasksQuery(dag_id, dag_run_id, asked));
  const waiting = useQuery(waitingQuery(dag_id, dag_run_id));
  const reasons = new Map(waiting.data?.task_instances.map((task) => [taskKeyOf(task), task]));
  const is_filtered = state !== '' || name !== '';
  const states = [
    { value: '', label: t('all_states') },
    ...Object.keys(TASK_STATES).map((value) => ({ value, label: lookOf(value).label })),
  ];
  return (
    <>
      <RunSummary dag_id={dag_id} dag_run_id={dag_run_id} />
      <Toolbar label={t('filters')}>
        <span className={styles.search}>
          <SearchInput label={t('find_task')} value={name} onChange={(task) => search.set({ task, offset: null })} />
        </span>
        <Select
          aria-label={t('state')}
          className={styles.state ?? ''}
          options={states}
          value={state}
          onChange={(value) => search.set({ state: value, offset: null })}
        />
      </Toolbar>
      {tasks.error ? (
        <ErrorState error={tasks.error} onRetry={() => void tasks.refetch()} />
      ) : !tasks.data ? (
        <Loading />
      ) : tasks.data.task_instances.length === 0 ? (
        <EmptyState
          title={t(is_filtered ? 'no_task_fits' : 'no_tasks')}
          action={
            is_filtered && <Button onClick={() => search.set({ state: null, task: null })}>{t('clear_filters')}</Button>
          }
        />
      ) : (
        <>
          <Table
            label={t('tasks')}
            columns={columnsOf(reasons)}
            rows={tasks.data.task_instances}
            rowKey={taskKeyOf}
            sort={order_by}
            onSort={(sort) => search.set({ order_by: sort, offset: null })}
          />
          <Pager
            total={tasks.data.total_entries}
            limit={PAGE}
            offset={offset}
            onChange={(next) => search.set({ offset: next })}
          />
        </>
      )}
    </>
  );
}
