// The log of the try that the address names (`?try_number=`), the newest without.
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useSearch } from '../../app/navigation';
import { taskPath } from '../../app/paths';
import { LogViewer } from '../../logs/log_viewer';
import { TryLinks } from '../../logs/try_links';
import { EmptyState } from '../../ui/feedback';
import { reasonOf } from '../../ui/reason';
import { waitingQuery } from '../../api/queries/dag_run';
import { taskQuery } from '../../api/queries/task_instance';
import { triesQuery, useTask, useTaskKey } from './queries';
import { t } from './text';

const OVER = new Set<string>(['success', 'failed', 'skipped', 'upstream_failed', 'removed']);

export default function LogTab() {
  const key = useTaskKey();
  const client = useQueryClient();
  const search = useSearch();
  const task = useTask().data;
  const tries = useQuery(triesQuery(key)).data ?? [];
  const waiting = useQuery({ ...waitingQuery(key.dag_id, key.dag_run_id), enabled: task?.start_date === null }).data;
  const asked = search.get('try_number');
  if (!task) return null; // the page around tells why
  const try_number = asked !== undefined && /^\d{1,6}$/.test(asked) ? Number(asked) : task.try_number;
  const over = task.state !== null && OVER.has(task.state);
  if (try_number === 0 && over) return <EmptyState title={t('never_started')}>{t('never_started_hint')}</EmptyState>;
  const why = waiting?.task_instances.find((each) => each.task_id === key.task_id && each.map_index === key.map_index);
  return (
    <LogViewer
      key={try_number}
      address={{ ...key, try_number }}
      onOver={() => void client.invalidateQueries({ queryKey: taskQuery(key).queryKey })}
      waiting={why && t('waits_because', { reason: reasonOf(why, why.reason) })}
      tries={
        <TryLinks
          tries={tries}
          current={try_number}
          linkTo={(number) => taskPath(key, '', { try_number: number === task.try_number ? null : number })}
        />
      }
    />
  );
}
