// The mapped instances of a task: as many as its input had.
import { useQuery } from '@tanstack/react-query';
import { Link, useSearch } from '../../app/navigation';
import { taskPath } from '../../app/paths';
import { EmptyState, ErrorState, Loading } from '../../ui/feedback';
import { Select } from '../../ui/field';
import { Pager, Toolbar } from '../../ui/layout';
import { StateBadge } from '../../ui/state_badge';
import { lookOf, TASK_STATES } from '../../ui/states';
import { Table, type Column } from '../../ui/table';
import { Duration, TimeText } from '../../ui/time';
import { type TaskInstance } from '../../api/queries/task_instance';
import { siblingsQuery, useTaskKey } from './queries';
import { t } from './text';

const LIMIT = 100;

const columnsOf = (): Column<TaskInstance>[] => [
  {
    id: 'map_index',
    label: t('map_index'),
    narrow: 'title',
    cell: (task) => (
      <Link to={taskPath(task)}>
        {task.map_index}
        {task.rendered_map_index && ` ${task.rendered_map_index}`}
      </Link>
    ),
  },
  { id: 'state', label: t('state'), cell: ({ state }) => <StateBadge state={state} /> },
  { id: 'try_number', label: t('try'), align: 'end', cell: ({ try_number }) => try_number },
  { id: 'start_date', label: t('started'), cell: ({ start_date }) => <TimeText value={start_date} /> },
  {
    id: 'duration',
    label: t('duration'),
    align: 'end',
    cell: ({ start_date, end_date }) => <Duration start={start_date} end={end_date} />,
  },
];

export default function MappedTab() {
  const key = useTaskKey();
  const search = useSearch();
  const offset = Math.max(0, Number(search.get('offset') ?? 0) || 0);
  const state = search.get('state') ?? '';
  const siblings = useQuery(siblingsQuery(key, offset, LIMIT, state));
  if (siblings.isPending) return <Loading />;
  if (siblings.error) return <ErrorState error={siblings.error} onRetry={() => void siblings.refetch()} />;
  const { task_instances, total_entries } = siblings.data;
  const rows = task_instances.filter(({ map_index }) => map_index >= 0);
  return (
    <>
      <Toolbar label={t('mapped')}>
        <Select
          aria-label={t('state')}
          value={state}
          onChange={(value) => search.set({ state: value, offset: null })}
          options={[
            { value: '', label: t('all_states') },
            ...Object.keys(TASK_STATES).map((each) => ({ value: each, label: lookOf(each).label })),
          ]}
        />
        <Pager
          total={total_entries}
          limit={LIMIT}
          offset={offset}
          onChange={(next) => search.set({ offset: next || null })}
        />
      </Toolbar>
      {rows.length === 0 ? (
        <EmptyState title={t('no_mapped')}>{t('no_mapped_hint')}</EmptyState>
      ) : (
        <Table label={t('mapped')} columns={columnsOf()} rows={rows} rowKey={({ map_index }) => String(map_index)} />
      )}
    </>
  );
}
