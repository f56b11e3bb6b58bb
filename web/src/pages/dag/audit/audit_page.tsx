// Who did what to the DAG, its runs and tasks. Newest first.
import { useQuery } from '@tanstack/react-query';
import { ScrollText, SearchX, X } from 'lucide-react';
import { liveDag } from '../../../api/live';
import { eventsQuery, type EventLog } from '../../../api/queries/event_log';
import { Link, useParams, useSearch, type Search } from '../../../app/navigation';
import { runPath, taskPath } from '../../../app/paths';
import { Button } from '../../../ui/button';
import { EmptyState, ErrorState, Loading } from '../../../ui/feedback';
import { Input, SearchInput } from '../../../ui/field';
import { Pager, Toolbar } from '../../../ui/layout';
import { Table, type Column } from '../../../ui/table';
import { TimeText } from '../../../ui/time';
import { dayStart } from '../runs/day_start';
import styles from './audit.module.css';
import { t } from './text';

const PAGE = 50;
const TEXTS = ['event', 'owner', 'task', 'run'] as const;
const DAYS = ['from', 'to'] as const;
const NO_FILTERS = { event: null, owner: null, task: null, run: null, from: null, to: null, offset: null };
const NEWEST_FIRST = '-when';

function useEntries(dag_id: string, search: Search) {
  const text = (name: string) => search.get(name)?.trim() || undefined;
  const from = search.get('from');
  const to = search.get('to');
  // The moment before the day begins: `after` is exclusive.
  const after = from === undefined ? undefined : dayStart(from, 0);
  const query = {
    dag_id,
    event_pattern: text('event'),
    owner_pattern: text('owner'),
    task_id_pattern: text('task'),
    run_id_pattern: text('run'),
    after: after === undefined ? undefined : new Date(Date.parse(after) - 1).toISOString(),
    before: to === undefined ? undefined : dayStart(to, 1),
    order_by: search.get('order_by') ?? NEWEST_FIRST,
    limit: PAGE,
    offset: Math.max(0, Number(search.get('offset')) || 0),
  };
  return { offset: query.offset, entries: useQuery(eventsQuery(query, liveDag(dag_id))) };
}

const columns = (dag_id: string): Column<EventLog>[] => [
  { id: 'when', label: t('when'), sort: 'when', width: '10rem', cell: ({ when }) => <TimeText value={when} /> },
  { id: 'event', label: t('event'), sort: 'event', width: '13rem', narrow: 'title', cell: ({ event }) => event },
  { id: 'owner', label: t('owner'), sort: 'owner', width: '8rem', cell: ({ owner }) => owner ?? '–' },
  {
    id: 'run',
    label: t('run'),
    sort: 'run_id',
    cell: ({ run_id }) => (run_id ? <Link to={runPath(dag_id, run_id)}>{run_id}</Link> : '–'),
  },
  {
    id: 'task',
    label: t('task'),
    sort: 'task_id',
    width: '12rem',
    cell: ({ run_id, task_id, map_index }) => {
      if (!task_id) return '–';
      const mapped = map_index !== null && map_index >= 0 ? ` [${map_index}]` : '';
      if (!run_id) return task_id + mapped;
      return (
        <Link to={taskPath({ dag_id, dag_run_id: run_id, task_id, map_index: map_index ?? -1 })}>
          {task_id + mapped}
        </Link>
      );
    },
  },
  {
    id: 'extra',
    label: t('extra'),
    cell: ({ extra }) => (extra && extra !== '{}' ? <span className={styles.extra}>{extra}</span> : '–'),
  },
];

export default function AuditPage() {
  const { dag_id = '' } = useParams();
  const search = useSearch();
  const { entries, offset } = useEntries(dag_id, search);
  const filtered = [...TEXTS, ...DAYS].some((name) => search.get(name) !== undefined);
  return (
    <>
      <Toolbar label={t('filters')}>
        {TEXTS.map((name) => (
          <div key={name} className={styles.search}>
            <SearchInput
              label={t(`filter_${name}`)}
              value={search.get(name) ?? ''}
              onChange={(value) => search.set({ [name]: value, offset: null })}
            />
          </div>
        ))}
        {DAYS.map((name) => (
          <Input
            key={name}
            type="date"
            className={styles.date ?? ''}
            aria-label={t(name)}
            title={t(name)}
            value={search.get(name) ?? ''}
            onChange={(event) => search.set({ [name]: event.target.value, offset: null })}
          />
        ))}
        {filtered && (
          <Button variant="quiet" icon={X} onClick={() => search.set(NO_FILTERS)}>
            {t('reset_filters')}
          </Button>
        )}
      </Toolbar>
      {entries.error ? (
        <ErrorState error={entries.error} onRetry={() => void entries.refetch()} />
      ) : !entries.data ? (
        <Loading rows={10} />
      ) : entries.data.total_entries === 0 ? (
        <EmptyState
          icon={filtered ? SearchX : ScrollText}
          title={t(filtered ? 'nothing_fits' : 'no_events')}
          {...(filtered && {
            action: <Button onClick={() => search.set(NO_FILTERS)}>{t('reset_filters')}</Button>,
          })}
        >
          {t(filtered ? 'nothing_fits_hint' : 'no_events_hint')}
        </EmptyState>
      ) : (
        <>
          <Table
            label={t('audit')}
            columns={columns(dag_id)}
            rows={entries.data.event_logs}
            rowKey={(entry) => String(entry.event_log_id)}
            sort={search.get('order_by') ?? NEWEST_FIRST}
            onSort={(order_by) => search.set({ order_by: order_by === NEWEST_FIRST ? null : order_by, offset: null })}
          />
          <Pager
            total={entries.data.total_entries}
            limit={PAGE}
            offset={offset}
            onChange={(next) => search.set({ offset: next }, { push: true })}
          />
        </>
      )}
    </>
  );
}
