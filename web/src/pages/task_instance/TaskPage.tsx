// A task instance: what it is, how it is doing and why, what one may do with it; its tabs below.
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Outlet } from '@tanstack/react-router';
import { useKeys } from '../../app/keyboard';
import { useNavigate, usePath } from '../../app/navigation';
import { dagPath, runPath, taskPath } from '../../app/paths';
import { ErrorState, Loading } from '../../ui/feedback';
import { LinkTabs, Page } from '../../ui/layout';
import { StateBadge } from '../../ui/state_badge';
import { toast } from '../../ui/toast';
import { TaskActions } from './task_actions';
import { TaskFacts } from './task_facts';
import { taskQuery, type TaskInstance, type TaskKey } from '../../api/queries/task_instance';
import { neighbourRun, allTasksQuery, useTaskKey } from './queries';
import { t } from './text';

const TABS = ['', 'rendered_templates', 'xcom', 'tries', 'dependencies', 'events', 'details'] as const;

/** The tab that one is on: moving to a neighbour keeps it. */
function useTab(key: TaskKey): string {
  const base = taskPath(key).split('?')[0] ?? '';
  const path = usePath();
  const rest = decodeURI(path).slice(decodeURI(base).length + 1);
  return [...TABS, 'mapped'].find((tab) => tab !== '' && rest === tab) ?? '';
}

/** The instances before and after this one in the run, in the order of the list. */
function useNeighbours(key: TaskKey): [before: TaskInstance | undefined, after: TaskInstance | undefined] {
  const all = useQuery(allTasksQuery(key.dag_id, key.dag_run_id)).data ?? [];
  const at = all.findIndex((each) => each.task_id === key.task_id && each.map_index === key.map_index);
  return at < 0 ? [undefined, undefined] : [all[at - 1], all[at + 1]];
}

/** This task in the run before or after. */
function useGoRun(key: TaskKey, tab: string) {
  const navigate = useNavigate();
  const client = useQueryClient();
  return async (by: -1 | 1) => {
    const task = client.getQueryData(taskQuery(key).queryKey);
    if (!task) return;
    try {
      const run = await neighbourRun(task, by);
      if (run) navigate(taskPath({ ...key, dag_run_id: run }, tab));
      else toast(t(by < 0 ? 'no_older_run' : 'no_newer_run'));
    } catch (error) {
      toast.failed(error);
    }
  };
}

function useTaskKeys(key: TaskKey, tab: string) {
  const navigate = useNavigate();
  const goRun = useGoRun(key, tab);
  const [before, after] = useNeighbours(key);
  const group = t('task_instance');
  const go = (task: TaskInstance | undefined) => task && navigate(taskPath(task, tab));
  useKeys([
    { keys: '[', label: t('previous_task'), group, run: () => go(before) },
    { keys: ']', label: t('next_task'), group, run: () => go(after) },
    { keys: ',', label: t('older_run'), group, run: () => void goRun(-1) },
    { keys: '.', label: t('newer_run'), group, run: () => void goRun(1) },
    { keys: 'u', label: t('to_run'), group, run: () => navigate(runPath(key.dag_id, key.dag_run_id)) },
  ]);
}

export default function TaskPage() {
  const key = useTaskKey();
  const task = useQuery(taskQuery(key));
  const tab = useTab(key);
  useTaskKeys(key, tab);
  const crumbs = [
    { label: task.data?.dag_display_name ?? key.dag_id, to: dagPath(key.dag_id) },
    { label: key.dag_run_id, to: runPath(key.dag_id, key.dag_run_id) },
    ...(key.map_index >= 0 ? [{ label: key.task_id, to: taskPath({ ...key, map_index: -1 }, 'mapped') }] : []),
  ];
  const name = (task.data?.task_display_name ?? key.task_id) + (key.map_index >= 0 ? ` [${key.map_index}]` : '');
  // Of all its mapped instances: there is no one to tell of.
  if (tab === 'mapped') {
    return (
      <Page title={key.task_id} crumbs={crumbs}>
        <Outlet />
      </Page>
    );
  }
  return (
    <Page
      title={name}
      crumbs={crumbs}
      aside={task.data && <StateBadge state={task.data.state} />}
      actions={task.data && <TaskActions task={task.data} />}
    >
      {task.error && <ErrorState error={task.error} onRetry={() => void task.refetch()} />}
      {task.isPending && <Loading />}
      {task.data && (
        <>
          <TaskFacts task={task.data} />
          <LinkTabs
            label={t('task_instance')}
            tabs={TABS.map((each) => ({ to: taskPath(key, each), label: t(each || 'log') }))}
          />
          <Outlet />
        </>
      )}
    </Page>
  );
}
