import { CircleCheck } from 'lucide-react';
import { Link } from '../../app/navigation';
import { dagPath, runPath, taskPath } from '../../app/paths';
import { EmptyState } from '../../ui/feedback';
import { Card } from '../../ui/layout';
import { StateDot } from '../../ui/state_badge';
import { TimeText } from '../../ui/time';
import styles from './home.module.css';
import type { FailedRunBrief } from './queries';
import { t } from './text';

/** The newest failed runs; of each the tasks that failed lead to their logs. */
export function FailedRuns({ runs }: { runs: readonly FailedRunBrief[] }) {
  return (
    <Card title={t('failed')} flush>
      {runs.length === 0 ? (
        <EmptyState icon={CircleCheck} title={t('none_failed')} />
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
              <span className={styles.culprits}>
                {run.failed_tasks?.map((task) => {
                  const name = task.map_index < 0 ? task.task_id : `${task.task_id} [${task.map_index}]`;
                  return (
                    <Link
                      key={name}
                      to={taskPath({ ...run, ...task })}
                      aria-label={t('log_of', { task: name, try_number: task.try_number })}
                    >
                      {name}
                    </Link>
                  );
                })}
              </span>
              <span className={styles.when}>
                <TimeText value={run.end_date ?? run.run_after} form="relative" />
              </span>
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}
