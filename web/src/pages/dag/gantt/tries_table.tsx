// The Gantt chart as a table.
import { Link } from '../../../app/navigation';
import { taskPath } from '../../../app/paths';
import { StateBadge } from '../../../ui/state_badge';
import { Table, type Column } from '../../../ui/table';
import { Duration, TimeText } from '../../../ui/time';
import type { Structure } from '../graph/structure';
import type { GridRun } from '../queries';
import { t } from './text';
import { tryKey, type Try } from './tries';

export interface TriesTableProps {
  dag_id: string;
  run: GridRun;
  structure: Structure;
  tries: Try[];
  path: string[];
}

function columnsOf({ dag_id, run, structure, path }: TriesTableProps): Column<Try>[] {
  const on_path = new Set(path);
  const name = ({ task_id, map_index, try_number }: Try) => {
    const label = structure.tasks[task_id]?.display_name ?? task_id;
    return (
      <Link to={taskPath({ dag_id, dag_run_id: run.dag_run_id, task_id, map_index }, '', { try_number })}>
        {map_index < 0 ? label : `${label} [${String(map_index)}]`}
      </Link>
    );
  };
  const state = (each: Try) => <StateBadge state={each.state} />;
  const queued = (each: Try) => <Duration start={each.queued_when} end={each.start_date ?? each.end_date} />;
  const waited = (each: Try) => (
    <Duration start={each.scheduled_when} end={each.queued_when ?? each.start_date ?? each.end_date} />
  );
  return [
    { id: 'task', label: t('task'), narrow: 'title', cell: name },
    { id: 'try', label: t('try_column'), align: 'end', width: '5rem', cell: (each) => each.try_number },
    { id: 'state', label: t('state'), width: '11rem', cell: state },
    { id: 'scheduled', label: t('scheduled_for'), align: 'end', cell: waited },
    { id: 'queued', label: t('queued_for'), align: 'end', cell: queued },
    { id: 'start', label: t('start'), cell: (each) => <TimeText value={each.start_date} /> },
    { id: 'end', label: t('end'), cell: (each) => <TimeText value={each.end_date} /> },
    {
      id: 'ran',
      label: t('ran_for'),
      align: 'end',
      cell: (each) => <Duration start={each.start_date} end={each.end_date} />,
    },
    { id: 'path', label: t('critical_path'), cell: (each) => (on_path.has(tryKey(each)) ? t('yes') : '') },
  ];
}

export function TriesTable(props: TriesTableProps) {
  return <Table label={t('table_label')} rows={props.tries} rowKey={tryKey} columns={columnsOf(props)} />;
}
