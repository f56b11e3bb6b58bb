// What one may do with a task instance: only that is offered. Each dialog shows what it will touch.
import { ChevronDown, RotateCcw } from 'lucide-react';
import { useActions } from '../../actions/use_actions';
import { useKeys } from '../../app/keyboard';
import { Button } from '../../ui/button';
import { Menu } from '../../ui/overlay';
import { type TaskInstance } from '../../api/queries/task_instance';
import { t } from './text';

export function TaskActions({ task }: { task: TaskInstance }) {
  const { dag_id, dag_run_id, task_id, map_index } = task;
  const { items, begin, dialog } = useActions({ dag_id, dag_run_id, task_ids: [task_id], map_index });
  const may_act = items.length > 0;
  useKeys(may_act ? [{ keys: 'c', label: t('clear'), group: t('task_instance'), run: () => begin('clear') }] : []);
  if (!may_act) return null;
  const [, ...marks] = items;
  return (
    <>
      <Button icon={RotateCcw} onClick={() => begin('clear')}>
        {t('clear')}
      </Button>
      <Menu
        trigger={
          <Button>
            {t('mark')}
            <ChevronDown aria-hidden />
          </Button>
        }
        items={marks}
      />
      {dialog}
    </>
  );
}
