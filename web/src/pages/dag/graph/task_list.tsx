// The graph as a table: the same for those who cannot see the drawing, or do not want to.
import { Link } from '../../../app/navigation';
import { taskPath } from '../../../app/paths';
import { EmptyState } from '../../../ui/feedback';
import { StateBadge } from '../../../ui/state_badge';
import { Table, type Column } from '../../../ui/table';
import type { GridRun } from '../queries';
import styles from './graph.module.css';
import type { Structure } from './structure';
import { BY_WEIGHT, type TaskLook, type TaskLooks } from './task_states';
import { t } from './text';
import { neighboursOf } from './walk';

export interface TaskListProps {
  dag_id: string;
  run: GridRun | undefined;
  structure: Structure;
  looks: TaskLooks;
  task_ids: string[];
}

const MOST_NAMED = 6;

function Instances({ look, run }: { look: TaskLook | undefined; run: GridRun | undefined }) {
  if (look?.state === undefined) return run === undefined ? '–' : t('not_in_run');
  const { mapped } = look;
  if (mapped === null) return <StateBadge state={look.state} />;
  return (
    <span className={styles.badges}>
      {BY_WEIGHT.map(
        (state) => mapped[state] !== undefined && <StateBadge key={state} state={state} count={mapped[state]} />,
      )}
    </span>
  );
}

function columnsOf({ dag_id, run, structure, looks }: TaskListProps): Column<string>[] {
  const { upstream, downstream } = neighboursOf(structure);
  const nameOf = (task_id: string) => structure.tasks[task_id]?.display_name ?? task_id;
  const names = (ids: string[] | undefined) => {
    if (ids === undefined) return '–';
    const more = ids.length > MOST_NAMED ? ` ${t('and_more', { count: ids.length - MOST_NAMED })}` : '';
    return ids.slice(0, MOST_NAMED).map(nameOf).join(', ') + more;
  };
  const name = (task_id: string) => {
    if (run === undefined || looks.get(task_id)?.state === undefined) return nameOf(task_id);
    return <Link to={taskPath({ dag_id, dag_run_id: run.dag_run_id, task_id })}>{nameOf(task_id)}</Link>;
  };
  const state = (task_id: string) => <Instances look={looks.get(task_id)} run={run} />;
  return [
    { id: 'task', label: t('task'), width: '22%', narrow: 'title', cell: name },
    { id: 'state', label: t('state'), width: '12rem', cell: state },
    { id: 'operator', label: t('operator'), cell: (task_id) => structure.tasks[task_id]?.operator_name },
    { id: 'rule', label: t('trigger_rule'), cell: (task_id) => structure.tasks[task_id]?.trigger_rule },
    { id: 'upstream', label: t('upstream'), cell: (task_id) => names(upstream.get(task_id)) },
    { id: 'downstream', label: t('downstream'), cell: (task_id) => names(downstream.get(task_id)) },
  ];
}

export function TaskList(props: TaskListProps) {
  if (props.task_ids.length === 0) return <EmptyState title={t('none_found')}>{t('none_found_hint')}</EmptyState>;
  return (
    <Table label={t('list_label')} rows={props.task_ids} rowKey={(task_id) => task_id} columns={columnsOf(props)} />
  );
}
