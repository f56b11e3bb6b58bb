// Delete a run with its task instances, XComs and history.
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Button } from '../ui/button';
import { FailureNotice } from '../ui/feedback';
import { Dialog } from '../ui/overlay';
import { toast } from '../ui/toast';
import { deleteRun } from './calls';
import type { ActionDialogProps } from './clear_dialog';
import { t } from './text';

export function DeleteRunDialog({ target, onClose, onDone }: ActionDialogProps) {
  const client = useQueryClient();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const remove = async () => {
    setBusy(true);
    setError(undefined);
    try {
      await deleteRun(target);
      toast(t('deleted', { what: target.dag_run_id }));
      // First away from what is gone: its page would ask for it again.
      onDone?.();
      onClose();
      await client.invalidateQueries();
    } catch (failure) {
      setError(failure);
      setBusy(false);
    }
  };
  return (
    <Dialog
      open
      size="small"
      onOpenChange={(open) => !open && !busy && onClose()}
      title={t('delete_title', { name: target.dag_run_id })}
      description={t('delete_what')}
      onSubmit={() => !busy && void remove()}
      footer={
        <>
          <Button onClick={onClose} disabled={busy}>
            {t('cancel')}
          </Button>
          <Button type="submit" variant="danger" busy={busy}>
            {t('delete_run')}
          </Button>
        </>
      }
    >
      <FailureNotice error={error} />
    </Dialog>
  );
}
