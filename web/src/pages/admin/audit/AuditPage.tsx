import { useQuery } from '@tanstack/react-query';
import { Braces, ScrollText } from 'lucide-react';
import { useState } from 'react';
import { liveAll, liveAny, liveOther } from '../../../api/live';
import { eventsQuery, type EventLog } from '../../../api/queries/event_log';
import { Link } from '../../../app/navigation';
import { timeOf, zoneNameOf } from '../../../app/zones';
import { Button, IconButton } from '../../../ui/button';
import { Field, Input, SearchInput } from '../../../ui/field';
import { KeyValues, Page, Toolbar } from '../../../ui/layout';
import { Dialog } from '../../../ui/overlay';
import { Table, type Column } from '../../../ui/table';
import { TimeText } from '../../../ui/time';
import styles from '../admin.module.css';
import { useList } from '../list';
import { ListBody } from '../parts';
import { t } from '../text';
import { extraOf, instantOf, objectOf } from './event';

const live = liveAny(liveAll(), liveOther('pools', 'variables', 'connections', 'users'));
const FILTERS = ['event', 'owner', 'dag_id', 'run_id', 'task_id'] as const;

function What({ event }: { event: EventLog }) {
  const object = objectOf(event);
  if (!object) return <span className={styles.muted}>–</span>;
  return <span className={styles.wrap}>{object.to ? <Link to={object.to}>{object.name}</Link> : object.name}</span>;
}

interface ColumnActions {
  filterBy: (owner: string | null) => void;
  show: (event: EventLog) => void;
}

function columnsOf({ filterBy, show }: ColumnActions): Column<EventLog>[] {
  return [
    {
      id: 'when',
      label: t('when'),
      sort: 'when',
      width: '12rem',
      cell: (event) => <TimeText value={event.when} form="full" />,
    },
    {
      id: 'owner',
      label: t('who'),
      sort: 'owner',
      width: '12%',
      cell: (event) => (
        <button
          type="button"
          className={styles.nameButton}
          onClick={() => filterBy(event.owner)}
          title={t('only_this')}
        >
          {event.owner}
        </button>
      ),
    },
    {
      id: 'event',
      label: t('event'),
      sort: 'event',
      width: '18%',
      narrow: 'title',
      cell: (event) => <code>{event.event}</code>,
    },
    { id: 'what', label: t('about'), cell: (event) => <What event={event} /> },
    {
      id: 'extra',
      label: t('details'),
      width: '26%',
      narrow: 'none',
      cell: (event) =>
        event.extra && event.extra !== '{}' ? <span className={styles.value}>{event.extra}</span> : '–',
    },
    {
      id: 'actions',
      label: t('actions'),
      hideLabel: true,
      width: '3.5rem',
      align: 'end',
      cell: (event) => <IconButton label={t('show_details')} icon={Braces} onClick={() => show(event)} />,
    },
  ];
}

export default function AuditPage() {
  const list = useList('-when');
  const [shown, setShown] = useState<EventLog>();
  const texts = Object.fromEntries(FILTERS.map((name) => [name, list.search.get(name) ?? '']));
  const after = list.search.get('after') ?? '';
  const before = list.search.get('before') ?? '';
  // `event` and `owner` by a part; ids as they are, since links bring them whole.
  const filter = {
    event_pattern: texts.event ?? '',
    owner_pattern: texts.owner ?? '',
    dag_id: texts.dag_id ?? '',
    run_id: texts.run_id ?? '',
    task_id: texts.task_id ?? '',
    after: instantOf(after),
    before: instantOf(before),
  };
  const query = useQuery(eventsQuery({ ...list.query, ...filter }, live));
  const columns = columnsOf({ filterBy: (owner) => list.setFilter({ owner }), show: setShown });
  const filtered = FILTERS.some((name) => texts[name]) || after !== '' || before !== '';
  const reset = () => list.setFilter(Object.fromEntries([...FILTERS, 'after', 'before'].map((name) => [name, null])));
  return (
    <Page
      title={t('audit')}
      aside={query.data && <span aria-live="polite">{t('count', { count: query.data.total_entries })}</span>}
      actions={filtered && <Button onClick={reset}>{t('reset')}</Button>}
    >
      <Toolbar label={t('filters')}>
        {FILTERS.map((name) => (
          <div key={name} className={styles.field}>
            <SearchInput
              value={texts[name] ?? ''}
              onChange={(value) => list.setFilter({ [name]: value })}
              label={t(`filter_${name}`)}
            />
          </div>
        ))}
        <div className={styles.row}>
          <Field label={t('from')}>
            {(parts) => (
              <Input
                {...parts}
                type="datetime-local"
                value={after}
                onChange={(event) => list.setFilter({ after: event.target.value })}
              />
            )}
          </Field>
          <Field label={t('until')}>
            {(parts) => (
              <Input
                {...parts}
                type="datetime-local"
                value={before}
                onChange={(event) => list.setFilter({ before: event.target.value })}
              />
            )}
          </Field>
        </div>
      </Toolbar>
      <ListBody
        query={query}
        filtered={filtered}
        onReset={reset}
        empty={{ icon: ScrollText, title: t('no_events'), hint: t('no_events_hint') }}
        offset={list.offset}
        onOffset={list.setOffset}
      >
        <Table
          label={t('audit')}
          columns={columns}
          rows={query.data?.event_logs ?? []}
          rowKey={(event) => String(event.event_log_id)}
          sort={list.order_by}
          onSort={list.setOrder}
        />
      </ListBody>
      {shown && <EventDialog event={shown} onClose={() => setShown(undefined)} />}
    </Page>
  );
}

function EventDialog({ event, onClose }: { event: EventLog; onClose: () => void }) {
  return (
    <Dialog open onOpenChange={(open) => !open && onClose()} title={event.event}>
      <div className={styles.stack}>
        <KeyValues
          items={[
            [t('when'), `${timeOf(event.when)} ${zoneNameOf(event.when)}`],
            [t('who'), event.owner],
            [t('about'), <What key="what" event={event} />],
            [t('try_number'), event.try_number ?? undefined],
          ]}
        />
        <pre className={styles.code} tabIndex={0} aria-label={t('details')}>
          {JSON.stringify(extraOf(event), null, 2)}
        </pre>
      </div>
    </Dialog>
  );
}
