// A run's page: its state, how long it takes against the usual, why it stands; its views are tabs.
import { useQuery } from '@tanstack/react-query';
import { Outlet } from '@tanstack/react-router';
import { useParams } from '../../../app/navigation';
import { dagPath, dagsPath } from '../../../app/paths';
import { fillPath, tabRoutes } from '../../../app/routes';
import { ErrorState, Loading, Notice } from '../../../ui/feedback';
import { LinkTabs, Page } from '../../../ui/layout';
import { StateBadge } from '../../../ui/state_badge';
import { durationOf } from '../../../app/zones';
import { Duration, TimeText } from '../../../ui/time';
import { isFinished } from '../../../ui/states';
import styles from './frame.module.css';
import { RunActions } from '../../dag_run/run_actions';
import { runQuery, waitingQuery, type DagRun } from '../../../api/queries/dag_run';
import { ReasonText } from '../../../ui/reason';
import { RunType } from './run_type';
import { t } from './text';

function Facts({ run, usual_seconds }: { run: DagRun; usual_seconds: number | null }) {
  const version = run.dag_versions.at(-1)?.version_number;
  return (
    <>
      <StateBadge state={run.state} />
      <RunType run_type={run.run_type} />
      {run.triggering_user_name && <span>{t('by', { name: run.triggering_user_name })}</span>}
      <span>
        {run.start_date ? t('started') : t('due')} <TimeText value={run.start_date ?? run.run_after} />
      </span>
      {run.start_date && (
        <span>
          {run.end_date ? t('took') : t('takes')} <Duration start={run.start_date} end={run.end_date} />
          {usual_seconds !== null && <> ({t('usually', { time: durationOf(usual_seconds) })})</>}
        </span>
      )}
      {version !== undefined && <span>{t('version', { number: String(version) })}</span>}
    </>
  );
}

export default function RunFrame() {
  const { dag_id = '', dag_run_id = '' } = useParams();
  const { data: run, error, refetch } = useQuery(runQuery(dag_id, dag_run_id));
  const waiting = useQuery({ ...waitingQuery(dag_id, dag_run_id), enabled: run !== undefined });
  const crumbs = [
    { label: t('dags'), to: dagsPath() },
    { label: run?.dag_display_name ?? dag_id, to: dagPath(dag_id, '', { dag_run_id }) },
  ];
  if (!run)
    return (
      <Page title={dag_run_id} crumbs={crumbs}>
        {error ? <ErrorState error={error} onRetry={() => void refetch()} /> : <Loading />}
      </Page>
    );
  const why = isFinished(run.state) ? undefined : waiting.data;
  const tabs = tabRoutes('/dags/$dag_id/runs/$dag_run_id').map(({ path, tab }) => ({
    to: fillPath(path, { dag_id, dag_run_id }),
    label: tab.label(),
    ...(tab.icon && { icon: tab.icon }),
  }));
  return (
    <Page
      crumbs={crumbs}
      title={dag_run_id}
      actions={<RunActions run={run} />}
      aside={<Facts run={run} usual_seconds={waiting.data?.usual_seconds ?? null} />}
    >
      {why?.run && (
        <Notice kind="warning">
          <span className={styles.why}>
            <ReasonText reason={why} text={why.run} />
          </span>
        </Notice>
      )}
      <LinkTabs label={t('run_views')} tabs={tabs} />
      <Outlet />
    </Page>
  );
}
