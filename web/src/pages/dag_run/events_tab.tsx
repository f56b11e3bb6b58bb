// What people and the engine did to the run.
import { useQuery } from '@tanstack/react-query';
import { liveRun } from '../../api/live';
import { eventsQuery, type EventLog } from '../../api/queries/event_log';
import { useParams, useSearch } from '../../app/navigation';
import { JsonTree } from '../../results/json_tree';
import { EmptyState, ErrorState, Loading } from '../../ui/feedback';
import { Pager } from '../../ui/layout';
import { Table, type Column } from '../../ui/table';
import { TimeText } from '../../ui/time';
import styles from './dag_run.module.css';
import { t } from './text';

const PAGE = 50;

function Extra({ text }: { text: string | null }) {
  if (!text || text === '{}' || text === 'null') return null;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return <span className={styles.muted}>{text}</span>;
  }
  return (
    <details>
      <summary className={styles.muted}>{t('more')}</summary>
      <JsonTree value={value} open={1} />
    </details>
  );
}

const columns = (): Column<EventLog>[] => [
  { id: 'when', label: t('when'), width: '11rem', cell: (event) => <TimeText value={event.when} /> },
  { id: 'event', label: t('event'), width: '14rem', narrow: 'title', cell: (event) => event.event },
  { id: 'owner', label: t('who'), width: '10rem', cell: (event) => event.owner ?? '–' },
  {
    id: 'task',
    label: t('task'),
    width: '14rem',
    cell: (event) =>
      event.task_id
        ? `${event.task_id}${event.map_index !== null && event.map_index >= 0 ? ` [${event.map_index}]` : ''}`
        : '–',
  },
  { id: 'extra', label: t('extra'), cell: (event) => <Extra text={event.extra} /> },
];

export default function EventsTab() {
  const { dag_id = '', dag_run_id = '' } = useParams();
  const search = useSearch();
  const offset = Number(search.get('offset') ?? 0) || 0;
  const events = useQuery(
    eventsQuery(
      { dag_id, run_id: dag_run_id, order_by: '-event_log_id', limit: PAGE, offset },
      liveRun(dag_id, dag_run_id),
    ),
  );
  if (events.error) return <ErrorState error={events.error} onRetry={() => void events.refetch()} />;
  if (!events.data) return <Loading />;
  if (events.data.event_logs.length === 0) return <EmptyState title={t('no_events')}>{t('no_events_hint')}</EmptyState>;
  return (
    <>
      <Table
        label={t('events')}
        columns={columns()}
        rows={events.data.event_logs}
        rowKey={(event) => String(event.event_log_id)}
      />
      <Pager
        total={events.data.total_entries}
        limit={PAGE}
        offset={offset}
        onChange={(next) => search.set({ offset: next })}
      />
    </>
  );
}
