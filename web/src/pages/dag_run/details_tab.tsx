// All that is known of the run.
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '../../app/navigation';
import { dagPath } from '../../app/paths';
import { JsonTree } from '../../results/json_tree';
import { ErrorState, Loading } from '../../ui/feedback';
import { Card, CopyButton, KeyValues } from '../../ui/layout';
import { StateBadge } from '../../ui/state_badge';
import { Duration, TimeText } from '../../ui/time';
import { runQuery, waitingQuery } from '../../api/queries/dag_run';
import { RunType } from '../dag/frame/run_type';
import styles from './dag_run.module.css';
import { t } from './text';

export default function DetailsTab() {
  const { dag_id = '', dag_run_id = '' } = useParams();
  const { data: run, error, refetch } = useQuery(runQuery(dag_id, dag_run_id));
  const waiting = useQuery(waitingQuery(dag_id, dag_run_id));
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (!run) return <Loading />;
  const versions = run.dag_versions.map(({ version_number }) => version_number);
  return (
    <>
      <Card>
        <KeyValues
          items={[
            [
              t('run_id'),
              <span key="id" className={styles.id}>
                {run.dag_run_id} <CopyButton text={run.dag_run_id} />
              </span>,
            ],
            [t('state'), <StateBadge key="state" state={run.state} />],
            [t('run_type'), <RunType key="type" run_type={run.run_type} />],
            [t('triggered_by'), [run.triggered_by, run.triggering_user_name].filter(Boolean).join(', ') || undefined],
            [t('logical_date'), <TimeText key="logical" value={run.logical_date} form="full" />],
            [t('run_after'), <TimeText key="after" value={run.run_after} form="full" />],
            [t('interval_start'), <TimeText key="from" value={run.data_interval_start} form="full" />],
            [t('interval_end'), <TimeText key="to" value={run.data_interval_end} form="full" />],
            [t('queued_at'), <TimeText key="queued" value={run.queued_at} form="full" />],
            [t('start'), <TimeText key="start" value={run.start_date} form="full" />],
            [t('end'), <TimeText key="end" value={run.end_date} form="full" />],
            [t('duration'), <Duration key="duration" start={run.start_date} end={run.end_date} />],
            [
              t('usual'),
              typeof waiting.data?.usual_seconds === 'number' && (
                <Duration key="usual" seconds={waiting.data.usual_seconds} />
              ),
            ],
            [
              t('versions'),
              versions.map((number) => (
                <Link key={number} to={dagPath(dag_id, 'code', { version_number: number })} className={styles.version}>
                  {t('version', { number: String(number) })}
                </Link>
              )),
            ],
          ]}
        />
      </Card>
      <Card
        title={t('conf')}
        actions={<CopyButton text={JSON.stringify(run.conf ?? {}, null, 2)} label={t('copy_conf')} />}
      >
        <JsonTree value={run.conf ?? {}} open={4} />
      </Card>
    </>
  );
}
