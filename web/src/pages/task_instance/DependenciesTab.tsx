// What this task waits for and what waits for it, each with its state, and what of it holds the task up.
import { useQuery } from '@tanstack/react-query';
import { Link } from '../../app/navigation';
import { taskPath } from '../../app/paths';
import { EmptyState, ErrorState, Loading } from '../../ui/feedback';
import { Card, KeyValues } from '../../ui/layout';
import { ReasonText } from '../../ui/reason';
import { StateBadge } from '../../ui/state_badge';
import { structureQuery } from '../dag/queries';
import { waitingQuery } from '../../api/queries/dag_run';
import { type TaskInstance } from '../../api/queries/task_instance';
import { allTasksQuery, useTask, useTaskKey } from './queries';
import styles from './task_instance.module.css';
import { t } from './text';

/** One line a task: of mapped instances, how many are in which state. */
function Tasks({ ids, instances }: { ids: readonly string[]; instances: readonly TaskInstance[] }) {
  const key = useTaskKey();
  if (ids.length === 0) return <p className={styles.none}>{t('none')}</p>;
  return (
    <ul className={styles.list}>
      {ids.map((task_id) => {
        const found = instances.filter((each) => each.task_id === task_id);
        const counts = new Map<string | null, number>();
        for (const { state } of found) counts.set(state, (counts.get(state) ?? 0) + 1);
        const is_mapped = found.length > 1 || (found[0]?.map_index ?? -1) >= 0;
        return (
          <li key={task_id}>
            <Link to={taskPath({ ...key, task_id, map_index: -1 }, is_mapped ? 'mapped' : '')}>{task_id}</Link>
            {[...counts].map(([state, count]) =>
              is_mapped ? (
                <StateBadge key={String(state)} state={state} count={count} />
              ) : (
                <StateBadge key={String(state)} state={state} />
              ),
            )}
          </li>
        );
      })}
    </ul>
  );
}

export default function DependenciesTab() {
  const key = useTaskKey();
  const task = useTask().data;
  const version = task?.dag_version as { version_number?: number } | null | undefined;
  const structure = useQuery(structureQuery(key.dag_id, version?.version_number ?? null));
  const instances = useQuery(allTasksQuery(key.dag_id, key.dag_run_id));
  const waiting = useQuery(waitingQuery(key.dag_id, key.dag_run_id)).data;
  if (structure.error) return <ErrorState error={structure.error} onRetry={() => void structure.refetch()} />;
  if (instances.error) return <ErrorState error={instances.error} onRetry={() => void instances.refetch()} />;
  if (!structure.data || !instances.data) return <Loading />;
  const { tasks } = structure.data;
  const self = tasks[key.task_id];
  if (!self) return <EmptyState title={t('not_in_version')}>{t('not_in_version_hint')}</EmptyState>;
  const upstream = Object.entries(tasks)
    .filter(([, other]) => other.downstream_task_ids.includes(key.task_id))
    .map(([task_id]) => task_id);
  const why = waiting?.task_instances.find((each) => each.task_id === key.task_id && each.map_index === key.map_index);
  return (
    <>
      <Card>
        <KeyValues
          items={[
            [t('trigger_rule'), self.trigger_rule],
            [t('holds'), why ? <ReasonText key="why" reason={why} text={why.reason} /> : t('nothing_holds')],
          ]}
        />
      </Card>
      <div className={styles.columns}>
        <Card title={t('upstream')} flush>
          <Tasks ids={upstream} instances={instances.data} />
        </Card>
        <Card title={t('downstream')} flush>
          <Tasks ids={self.downstream_task_ids} instances={instances.data} />
        </Card>
      </div>
    </>
  );
}
