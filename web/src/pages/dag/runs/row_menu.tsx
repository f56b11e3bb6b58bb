import { EllipsisVertical } from 'lucide-react';
import { useActions } from '../../../actions/use_actions';
import { IconButton } from '../../../ui/button';
import { Menu } from '../../../ui/overlay';
import type { DagRun } from '../../../api/queries/dag_run';
import { t } from './text';

export function RowMenu({ run }: { run: DagRun }) {
  const { items, dialog } = useActions({ dag_id: run.dag_id, dag_run_id: run.dag_run_id }, { note: run.note });
  if (items.length === 0) return null;
  return (
    <>
      <Menu
        items={items}
        trigger={<IconButton label={t('more_for', { name: run.dag_run_id })} icon={EllipsisVertical} />}
      />
      {dialog}
    </>
  );
}
