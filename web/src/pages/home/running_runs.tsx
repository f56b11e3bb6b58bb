import { Link } from '../../app/navigation';
import { dagPath, runPath } from '../../app/paths';
import { EmptyState } from '../../ui/feedback';
import { Card } from '../../ui/layout';
import { StateDot } from '../../ui/state_badge';
import { Duration, TimeText } from '../../ui/time';
import styles from './home.module.css';
import type { RunBrief } from './queries';
import { t } from './text';
import { CirclePlay } from 'lucide-react';

export function RunningRuns({ runs, total }: { runs: readonly RunBrief[]; total: number }) {
  return (
    <Card title={t('running')} flush actions={total > runs.length && t('first_of', { shown: runs.length, total })}>
      {runs.length === 0 ? (
        <EmptyState icon={CirclePlay} title={t('none_running')} action={<Link to="/dags">{t('start_one')}</Link>} />
      ) : (
        <ul className={styles.rows}>
          {runs.map((run) => (
            <li key={`${run.dag_id} ${run.dag_run_id}`} className={styles.row}>
              <StateDot state={run.state} />
              <span className={styles.names}>
                <Link to={dagPath(run.dag_id)}>{run.dag_display_name}</Link>
                <Link to={runPath(run.dag_id, run.dag_run_id)} className={styles.second}>
                  {run.dag_run_id}
                </Link>
              </span>
              <span className={styles.progress}>
                <progress value={run.finished_tasks} max={Math.max(1, run.total_tasks)} aria-label={t('progress')} />
                {t('of_tasks', { finished: run.finished_tasks, total: run.total_tasks })}
              </span>
              <span className={styles.when}>
                {run.start_date ? <Duration start={run.start_date} /> : <TimeText value={run.run_after} />}
              </span>
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}
