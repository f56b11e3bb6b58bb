// What one looks at first: what runs, what failed, whether everything is healthy. Each figure leads to its cause.
import { useQuery } from '@tanstack/react-query';
import { useSearch } from '../../app/navigation';
import { ErrorState, Loading } from '../../ui/feedback';
import { Segments } from '../../ui/field';
import { Page } from '../../ui/layout';
import { FailedRuns } from './failed_runs';
import { HealthStrip } from './health';
import { History } from './history';
import styles from './home.module.css';
import { Pools } from './pools';
import { dashboardQuery } from './queries';
import { RunningRuns } from './running_runs';
import { StateCounts } from './state_counts';
import { t } from './text';

const HOURS = ['1', '6', '24', '168'] as const;
type Hours = (typeof HOURS)[number];
const isHours = (value: string | undefined): value is Hours => HOURS.includes(value as Hours);

export default function HomePage() {
  const search = useSearch();
  const picked = search.get('hours');
  const hours = isHours(picked) ? picked : '24';
  const dashboard = useQuery({ ...dashboardQuery(Number(hours)), placeholderData: (before) => before });
  const actions = (
    <Segments
      label={t('window')}
      value={hours}
      options={HOURS.map((value) => ({ value, label: t(`hours_${value}`) }))}
      onChange={(value) => search.set({ hours: value === '24' ? null : value })}
    />
  );
  return (
    <Page title={t('title')} actions={actions}>
      <HealthStrip dashboard={dashboard.data} />
      {dashboard.error ? (
        <ErrorState error={dashboard.error} onRetry={() => void dashboard.refetch()} />
      ) : dashboard.data ? (
        <div className={styles.columns}>
          <div className={styles.column}>
            <History buckets={dashboard.data.history} hours={Number(hours)} />
            <RunningRuns runs={dashboard.data.running_dag_runs} total={dashboard.data.dag_run_states.running ?? 0} />
            <FailedRuns runs={dashboard.data.failed_dag_runs} />
          </div>
          <div className={styles.column}>
            <StateCounts title={t('runs')} states={dashboard.data.dag_run_states} runs />
            <StateCounts title={t('task_instances')} states={dashboard.data.task_instance_states} />
            <Pools pools={dashboard.data.pools} />
          </div>
        </div>
      ) : (
        <Loading rows={9} />
      )}
    </Page>
  );
}
