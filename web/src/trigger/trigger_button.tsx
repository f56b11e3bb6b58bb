// <TriggerButton dag_id/>: opens the dialog. Nothing for who may not trigger. `TriggerDialog` alone is for menus.
import { Play } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { useMay } from '../app/session';
import { Button, IconButton } from '../ui/button';
import { t } from './text';
import type { TriggerDialogProps } from './trigger_dialog';

const Lazy = lazy(() => import('./trigger_dialog'));

/** Fetched when it is first open. */
function TriggerDialog(props: TriggerDialogProps) {
  const [wanted, setWanted] = useState(props.open);
  if (props.open && !wanted) setWanted(true);
  if (!wanted) return null;
  return (
    <Suspense fallback={null}>
      <Lazy {...props} />
    </Suspense>
  );
}

type TriggerButtonProps = Pick<TriggerDialogProps, 'dag_id' | 'again' | 'onTriggered'> & {
  /** An icon alone, named after the DAG: for rows of a list. */
  small?: boolean;
};
export function TriggerButton({ small = false, ...dialog }: TriggerButtonProps) {
  const [open, setOpen] = useState(false);
  if (!useMay('user')) return null;
  return (
    <>
      {small ? (
        <IconButton label={t('trigger_dag', { dag: dialog.dag_id })} icon={Play} onClick={() => setOpen(true)} />
      ) : (
        <Button variant="primary" icon={Play} onClick={() => setOpen(true)}>
          {t(dialog.again ? 're_trigger' : 'trigger')}
        </Button>
      )}
      <TriggerDialog {...dialog} open={open} onOpenChange={setOpen} />
    </>
  );
}
