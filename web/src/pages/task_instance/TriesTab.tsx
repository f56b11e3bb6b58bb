// Every try: how it ended and why, how long it waited and ran, where.
import { useQuery } from '@tanstack/react-query';
import { Link } from '../../app/navigation';
import { taskPath } from '../../app/paths';
import { EmptyState, ErrorState, Loading } from '../../ui/feedback';
import { StateBadge } from '../../ui/state_badge';
import { Table, type Column } from '../../ui/table';
import { Duration, TimeText } from '../../ui/time';
import type { TaskKey } from '../../api/queries/task_instance';
import { reasonsQuery, triesQuery, useTaskKey, type TryReason, type TaskTry } from './queries';
import { t } from './text';

const columnsOf = (key: TaskKey, reasons: readonly TryReason[]): Column<TaskTry>[] => [
  {
    id: 'try_number',
    label: t('try'),
    narrow: 'title',
    cell: ({ try_number }) => (
      <Link to={taskPath(key, '', { try_number })}>{t('try_number', { number: try_number })}</Link>
    ),
  },
  { id: 'state', label: t('state'), cell: ({ state }) => <StateBadge state={state} /> },
  {
    id: 'reason',
    label: t('reason'),
    cell: ({ try_number }) => reasons.find((each) => each.try_number === try_number)?.reason ?? '–',
  },
  { id: 'queued_when', label: t('queued'), cell: ({ queued_when }) => <TimeText value={queued_when} /> },
  {
    id: 'waited',
    label: t('waited'),
    align: 'end',
    cell: ({ queued_when, start_date }) =>
      queued_when && start_date ? <Duration start={queued_when} end={start_date} /> : '–',
  },
  { id: 'start_date', label: t('started'), cell: ({ start_date }) => <TimeText value={start_date} /> },
  {
    id: 'duration',
    label: t('duration'),
    align: 'end',
    cell: ({ start_date, end_date }) => <Duration start={start_date} end={end_date} />,
  },
  { id: 'hostname', label: t('host'), cell: ({ hostname }) => hostname ?? '–' },
  { id: 'pid', label: t('pid_name'), align: 'end', cell: ({ pid }) => pid ?? '–' },
];

export default function TriesTab() {
  const key = useTaskKey();
  const tries = useQuery(triesQuery(key));
  const reasons = useQuery(reasonsQuery(key)).data ?? [];
  if (tries.isPending) return <Loading />;
  if (tries.error) return <ErrorState error={tries.error} onRetry={() => void tries.refetch()} />;
  const rows = tries.data.toReversed();
  if (rows.length === 0) return <EmptyState title={t('no_tries')}>{t('no_tries_hint')}</EmptyState>;
  return (
    <Table
      label={t('tries')}
      columns={columnsOf(key, reasons)}
      rows={rows}
      rowKey={({ try_number }) => String(try_number)}
    />
  );
}
