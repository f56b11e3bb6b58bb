// What can be done to a run, in its page's head; and to one of its task instances, in its row.
import { Ellipsis, RotateCcw } from 'lucide-react';
import { useActions } from '../../actions/use_actions';
import { useNavigate } from '../../app/navigation';
import { dagPath } from '../../app/paths';
import { useMay } from '../../app/session';
import { TriggerButton } from '../../trigger/trigger_button';
import type { Conf } from '../../trigger/param_schema';
import { Button, IconButton } from '../../ui/button';
import { Menu } from '../../ui/overlay';
import type { DagRun } from '../../api/queries/dag_run';
import { t } from './text';

export function RunActions({ run }: { run: DagRun }) {
  const navigate = useNavigate();
  const { dag_id, dag_run_id, note } = run;
  const actions = useActions(
    { dag_id, dag_run_id },
    { note, onDone: (action) => action === 'delete' && navigate(dagPath(dag_id), { replace: true }) },
  );
  if (!useMay('user')) return null;
  return (
    <>
      <TriggerButton dag_id={dag_id} again={{ dag_run_id, conf: (run.conf ?? {}) as Conf }} />
      <Button icon={RotateCcw} onClick={() => actions.begin('clear')}>
        {t('clear')}
      </Button>
      <Menu trigger={<IconButton label={t('more_actions')} icon={Ellipsis} />} items={actions.items} />
      {actions.dialog}
    </>
  );
}

export function TaskActions({ task, name }: { task: TaskOfRow; name: string }) {
  const { dag_id, dag_run_id, task_id, map_index } = task;
  const actions = useActions({ dag_id, dag_run_id, task_ids: [task_id], map_index });
  if (actions.items.length === 0) return null;
  return (
    <>
      <Menu trigger={<IconButton label={t('actions_of', { task: name })} icon={Ellipsis} />} items={actions.items} />
      {actions.dialog}
    </>
  );
}
interface TaskOfRow {
  dag_id: string;
  dag_run_id: string;
  task_id: string;
  map_index: number;
}
