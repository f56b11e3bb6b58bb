// What people and the system did with this task instance: the audit log.
import { useQuery } from '@tanstack/react-query';
import { liveTask } from '../../api/live';
import { eventsQuery, type EventLog } from '../../api/queries/event_log';
import { useSearch } from '../../app/navigation';
import { EmptyState, ErrorState, Loading } from '../../ui/feedback';
import { Pager } from '../../ui/layout';
import { Table, type Column } from '../../ui/table';
import { TimeText } from '../../ui/time';
import { useTaskKey } from './queries';
import styles from './task_instance.module.css';
import { t } from './text';

const LIMIT = 50;

const columnsOf = (): Column<EventLog>[] => [
  { id: 'when', label: t('when'), cell: ({ when }) => <TimeText value={when} form="full" />, width: '12rem' },
  { id: 'event', label: t('event'), narrow: 'title', cell: ({ event }) => event },
  { id: 'owner', label: t('by'), cell: ({ owner }) => owner ?? '–' },
  { id: 'try_number', label: t('try'), align: 'end', cell: ({ try_number }) => try_number ?? '–' },
  { id: 'extra', label: t('more_of_it'), cell: ({ extra }) => <code className={styles.extra}>{extra ?? ''}</code> },
];

export default function EventsTab() {
  const key = useTaskKey();
  const { dag_id, dag_run_id, task_id } = key;
  const search = useSearch();
  const offset = Math.max(0, Number(search.get('offset') ?? 0) || 0);
  const events = useQuery(
    eventsQuery(
      { dag_id, run_id: dag_run_id, task_id, order_by: '-when', limit: LIMIT, offset },
      liveTask(dag_id, dag_run_id, task_id),
    ),
  );
  if (events.isPending) return <Loading />;
  if (events.error) return <ErrorState error={events.error} onRetry={() => void events.refetch()} />;
  const { event_logs, total_entries } = events.data;
  const mine = event_logs.filter(
    (entry) =>
      entry.task_id === key.task_id &&
      entry.run_id === key.dag_run_id &&
      (entry.map_index === null || entry.map_index === key.map_index),
  );
  if (mine.length === 0) return <EmptyState title={t('no_events')}>{t('no_events_hint')}</EmptyState>;
  return (
    <>
      <Table
        label={t('events')}
        columns={columnsOf()}
        rows={mine}
        rowKey={({ event_log_id }) => String(event_log_id)}
      />
      <Pager
        total={total_entries}
        limit={LIMIT}
        offset={offset}
        onChange={(next) => search.set({ offset: next || null })}
      />
    </>
  );
}
