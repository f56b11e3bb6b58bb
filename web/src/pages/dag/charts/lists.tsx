// What the charts show, as tables; what is slow, what fails.
import { Link, useSearch } from '../../../app/navigation';
import { runPath, taskPath } from '../../../app/paths';
import { shortTimeOf } from '../../../app/zones';
import { Button } from '../../../ui/button';
import { EmptyState } from '../../../ui/feedback';
import { StateBadge } from '../../../ui/state_badge';
import { Table, type Column } from '../../../ui/table';
import { Duration } from '../../../ui/time';
import type { FailingTask, RunDuration, SlowTask } from './durations';
import { t } from './text';

const MOST_LISTED = 15;

const seconds = (value: number | null) => (value === null ? '–' : <Duration seconds={value} />);

function runColumns(dag_id: string): Column<RunDuration>[] {
  const name = (run: RunDuration) => <Link to={runPath(dag_id, run.dag_run_id)}>{run.dag_run_id}</Link>;
  const state = (run: RunDuration) => <StateBadge state={run.state} />;
  return [
    { id: 'run', label: t('run'), narrow: 'title', cell: name },
    { id: 'run_after', label: t('run_after'), cell: (run) => shortTimeOf(run.run_after) },
    { id: 'state', label: t('state'), cell: state },
    { id: 'queued', label: t('queued'), align: 'end', cell: (run) => seconds(run.queued_seconds) },
    { id: 'ran', label: t('ran'), align: 'end', cell: (run) => seconds(run.run_seconds) },
    { id: 'landing', label: t('landing'), align: 'end', cell: (run) => seconds(run.landing_seconds) },
  ];
}

export function RunsTable({ dag_id, runs }: { dag_id: string; runs: RunDuration[] }) {
  return (
    <Table
      label={t('run_durations')}
      rows={runs.toReversed()}
      rowKey={(run) => run.dag_run_id}
      columns={runColumns(dag_id)}
    />
  );
}

/** "×1.8" when the newer runs take longer; nothing when they take as long. */
function trendOf({ trend }: SlowTask): string {
  if (trend === null || (trend > 0.8 && trend < 1.25)) return '';
  return trend > 1 ? t('slower', { factor: trend.toFixed(1) }) : t('faster', { factor: (1 / trend).toFixed(1) });
}

function slowColumns(showOnly: (task_id: string) => void): Column<SlowTask>[] {
  const name = (task: SlowTask) => (
    <Button variant="quiet" onClick={() => showOnly(task.task_id)} title={t('show_only')}>
      {task.display_name}
    </Button>
  );
  return [
    { id: 'task', label: t('task'), narrow: 'title', cell: name },
    { id: 'median', label: t('median_column'), align: 'end', cell: (task) => seconds(task.median) },
    { id: 'longest', label: t('longest'), align: 'end', cell: (task) => seconds(task.longest) },
    { id: 'latest', label: t('latest'), align: 'end', cell: (task) => seconds(task.latest) },
    { id: 'trend', label: t('trend'), align: 'end', cell: trendOf },
  ];
}

export function SlowTable({ tasks }: { tasks: SlowTask[] }) {
  const search = useSearch();
  if (tasks.length === 0) return <EmptyState title={t('no_task_ran')}>{t('no_task_ran_hint')}</EmptyState>;
  return (
    <Table
      label={t('slowest_tasks')}
      rows={tasks.slice(0, MOST_LISTED)}
      rowKey={(task) => task.task_id}
      columns={slowColumns((task_id) => search.set({ task: [task_id], view: null }))}
    />
  );
}

function failingColumns(dag_id: string): Column<FailingTask>[] {
  const name = ({ task_id, display_name, latest_run }: FailingTask) => (
    <Link to={taskPath({ dag_id, dag_run_id: latest_run, task_id })}>{display_name}</Link>
  );
  const run = ({ latest_run }: FailingTask) => <Link to={runPath(dag_id, latest_run)}>{latest_run}</Link>;
  return [
    { id: 'task', label: t('task'), narrow: 'title', cell: name },
    {
      id: 'failed',
      label: t('failed'),
      align: 'end',
      cell: (task) => t('of_runs', { failed: task.failed, runs: task.runs }),
    },
    { id: 'upstream', label: t('upstream_failed'), align: 'end', cell: (task) => task.upstream_failed },
    { id: 'latest', label: t('latest_failed'), cell: run },
  ];
}

export function FailingTable({
  dag_id,
  tasks,
  run_count,
}: {
  dag_id: string;
  tasks: FailingTask[];
  run_count: number;
}) {
  if (tasks.length === 0)
    return <EmptyState title={t('none_failed')}>{t('none_failed_hint', { count: run_count })}</EmptyState>;
  return (
    <Table
      label={t('failing_tasks')}
      rows={tasks.slice(0, MOST_LISTED)}
      rowKey={(task) => task.task_id}
      columns={failingColumns(dag_id)}
    />
  );
}
