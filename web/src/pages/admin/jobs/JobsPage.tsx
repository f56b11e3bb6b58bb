import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { HeartPulse } from 'lucide-react';
import { call, type Schemas } from '../../../api/client';
import { liveOther } from '../../../api/live';
import { Select } from '../../../ui/field';
import { Notice } from '../../../ui/feedback';
import { Page, Toolbar } from '../../../ui/layout';
import { StateDot } from '../../../ui/state_badge';
import { Table, type Column } from '../../../ui/table';
import { TimeText, useNow } from '../../../ui/time';
import styles from '../admin.module.css';
import { useList } from '../list';
import { ListBody } from '../parts';
import { t, wordFor } from '../text';

type Job = Schemas['JobResponse'];

/** Without a heartbeat for so long, a job that says it runs is lost: [scheduler] scheduler_health_check_threshold. */
const LOST_MS = 30_000;
const TYPES = ['SchedulerJob', 'DagProcessorJob', 'TriggererJob'];
const STATES = ['running', 'success', 'failed'];

function JobState({ job }: { job: Job }) {
  const now = useNow();
  const age = job.latest_heartbeat ? now - Date.parse(job.latest_heartbeat) : Infinity;
  const lost = job.state === 'running' && age > LOST_MS;
  const state = lost ? 'failed' : job.state === 'running' ? 'running' : job.state === 'failed' ? 'failed' : 'success';
  return (
    <span className={styles.row}>
      <StateDot state={state} />
      {lost ? <b>{t('job_lost')}</b> : wordFor('job', job.state)}
    </span>
  );
}

const columns = (): Column<Job>[] => [
  {
    id: 'job_type',
    label: t('job_type'),
    sort: 'job_type',
    narrow: 'title',
    cell: (job) => <span className={styles.name}>{wordFor('job', job.job_type)}</span>,
  },
  { id: 'state', label: t('state'), sort: 'state', width: '12rem', cell: (job) => <JobState job={job} /> },
  {
    id: 'latest_heartbeat',
    label: t('heartbeat'),
    sort: 'latest_heartbeat',
    width: '11rem',
    cell: (job) => <TimeText value={job.latest_heartbeat} form="relative" />,
  },
  { id: 'hostname', label: t('host'), sort: 'hostname', width: '18%', cell: (job) => job.hostname ?? '–' },
  {
    id: 'start_date',
    label: t('started'),
    sort: 'start_date',
    width: '12rem',
    cell: (job) => <TimeText value={job.start_date} form="full" />,
  },
  {
    id: 'end_date',
    label: t('ended'),
    sort: 'end_date',
    width: '12rem',
    cell: (job) => <TimeText value={job.end_date} form="full" />,
  },
];

export default function JobsPage() {
  const list = useList('-latest_heartbeat');
  const job_type = list.search.get('job_type') ?? '';
  const job_state = list.search.get('job_state') ?? '';
  const filter = { job_type, job_state };
  const query = useQuery({
    queryKey: ['jobs', list.query, filter],
    queryFn: ({ signal }) =>
      call('get', '/api/v2/jobs', {
        query: { ...list.query, ...filter },
        signal,
      }),
    placeholderData: keepPreviousData,
    meta: liveOther('jobs'),
  });
  return (
    <Page
      title={t('jobs')}
      aside={query.data && <span aria-live="polite">{t('count', { count: query.data.total_entries })}</span>}
    >
      <Toolbar label={t('filters')}>
        <div className={styles.field}>
          <Select
            aria-label={t('job_type')}
            value={job_type}
            onChange={(value) => list.setFilter({ job_type: value })}
            options={[
              { value: '', label: t('all_job_types') },
              ...TYPES.map((value) => ({ value, label: wordFor('job', value) })),
            ]}
          />
        </div>
        <div className={styles.field}>
          <Select
            aria-label={t('state')}
            value={job_state}
            onChange={(value) => list.setFilter({ job_state: value })}
            options={[
              { value: '', label: t('all_states') },
              ...STATES.map((value) => ({ value, label: wordFor('job', value) })),
            ]}
          />
        </div>
      </Toolbar>
      <Notice>{t('jobs_hint')}</Notice>
      <ListBody
        query={query}
        filtered={job_type !== '' || job_state !== ''}
        onReset={() => list.setFilter({ job_type: null, job_state: null })}
        empty={{ icon: HeartPulse, title: t('no_jobs'), hint: t('no_jobs_hint') }}
        offset={list.offset}
        onOffset={list.setOffset}
      >
        <Table
          label={t('jobs')}
          columns={columns()}
          rows={query.data?.jobs ?? []}
          rowKey={(job) => String(job.id)}
          sort={list.order_by}
          onSort={list.setOrder}
        />
      </ListBody>
    </Page>
  );
}
