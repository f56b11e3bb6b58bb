// Clear a run, tasks or a group: they run anew. What will be cleared is on the screen before one says yes.
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { t as say } from '../i18n/common_text';
import { Button } from '../ui/button';
import { FailureNotice } from '../ui/feedback';
import { Segments } from '../ui/field';
import { Dialog } from '../ui/overlay';
import { toast } from '../ui/toast';
import { clearTasks, NO_REACH } from './calls';
import { NoteField, ReachChoices } from './choices';
import { Preview, usePreview } from './preview';
import { isRun, nameOf, type Target } from './target';
import { t } from './text';

export interface ActionDialogProps {
  target: Target;
  onClose: () => void;
  onDone?: () => void;
}

export function ClearDialog({ target, onClose, onDone }: ActionDialogProps) {
  const client = useQueryClient();
  const [reach, setReach] = useState({ ...NO_REACH, include_downstream: !isRun(target) });
  const [only_failed, setOnlyFailed] = useState(false);
  const [note, setNote] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const options = { ...reach, only_failed };
  const preview = usePreview(['clear', target, options], (signal) => clearTasks(target, options, true, signal));
  const count = preview.data?.total_entries ?? 0;
  const known = preview.isSuccess && !preview.isPlaceholderData;

  const clear = async () => {
    setBusy(true);
    setError(undefined);
    try {
      const { total_entries } = await clearTasks(target, { ...options, note: note.trim() }, false);
      toast(t('cleared', { what: say('task_instances', { count: total_entries }) }));
      await client.invalidateQueries();
      onDone?.();
      onClose();
    } catch (failure) {
      setError(failure);
      setBusy(false);
    }
  };
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && !busy && onClose()}
      title={t('clear_title', { name: nameOf(target, (tasks) => say('tasks', { count: tasks })) })}
      description={t(isRun(target) ? 'clear_run_what' : 'clear_what')}
      onSubmit={() => known && count > 0 && !busy && void clear()}
      footer={
        <>
          <Button onClick={onClose} disabled={busy}>
            {t('cancel')}
          </Button>
          <Button type="submit" variant="primary" busy={busy} disabled={!known || count === 0}>
            {t('clear_do', { count })}
          </Button>
        </>
      }
    >
      <Segments
        label={t('which')}
        options={[
          { value: 'all', label: t('all_tasks') },
          { value: 'failed', label: t('only_failed') },
        ]}
        value={only_failed ? 'failed' : 'all'}
        onChange={(value) => setOnlyFailed(value === 'failed')}
      />
      {!isRun(target) && <ReachChoices reach={reach} onChange={setReach} />}
      <Preview
        preview={preview}
        dag_run_id={target.dag_run_id}
        title={(tasks) => t('will_clear', { count: tasks })}
        nothing={t(only_failed ? 'no_failed' : 'nothing_to_clear')}
      />
      <NoteField note={note} onChange={setNote} />
      <FailureNotice error={error} />
    </Dialog>
  );
}
