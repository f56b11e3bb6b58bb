// Mark a run, tasks or a group as success, failed or skipped, after a look at what takes that state.
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { t as say } from '../i18n/common_text';
import { Button } from '../ui/button';
import { FailureNotice } from '../ui/feedback';
import { Dialog } from '../ui/overlay';
import { toast } from '../ui/toast';
import { markTasks, NO_REACH, patchRun, unfinishedTasks, type MarkState, type Reach } from './calls';
import { NoteField, ReachChoices } from './choices';
import type { ActionDialogProps } from './clear_dialog';
import { Preview, usePreview } from './preview';
import { isRun, nameOf, type Target } from './target';
import { t } from './text';

const runState = (state: MarkState) => (state === 'failed' ? 'failed' : 'success');

async function mark(target: Target, state: MarkState, reach: Reach, note: string): Promise<number | undefined> {
  const more = note ? { note } : {};
  if (isRun(target)) {
    await patchRun(target, { state: runState(state), ...more });
    return undefined;
  }
  return (await markTasks(target, state, { ...reach, ...more }, false)).total_entries;
}

export function MarkDialog({ target, state, onClose, onDone }: ActionDialogProps & { state: MarkState }) {
  const client = useQueryClient();
  const [reach, setReach] = useState(NO_REACH);
  const [note, setNote] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const of_run = isRun(target);
  const preview = usePreview(['mark', state, target, reach], (signal) =>
    of_run ? unfinishedTasks(target, signal) : markTasks(target, state, reach, true, signal),
  );
  const count = preview.data?.total_entries ?? 0;
  // A run whose tasks have all ended can be marked too.
  const ready = preview.isSuccess && !preview.isPlaceholderData && (of_run || count > 0);
  const name = nameOf(target, (tasks) => say('tasks', { count: tasks }));

  const submit = async () => {
    setBusy(true);
    setError(undefined);
    try {
      const marked = await mark(target, state, reach, note.trim());
      const what = marked === undefined ? name : say('task_instances', { count: marked });
      toast(t(`marked_${state}`, { what }));
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
      title={t(`mark_${state}_title`, { name })}
      description={t(of_run ? `mark_run_${runState(state)}_what` : 'mark_what')}
      onSubmit={() => ready && !busy && void submit()}
      footer={
        <>
          <Button onClick={onClose} disabled={busy}>
            {t('cancel')}
          </Button>
          <Button type="submit" variant={state === 'failed' ? 'danger' : 'primary'} busy={busy} disabled={!ready}>
            {t(`mark_${state}`)}
          </Button>
        </>
      }
    >
      {!of_run && <ReachChoices reach={reach} onChange={setReach} />}
      <Preview
        preview={preview}
        dag_run_id={target.dag_run_id}
        title={(tasks) => t(of_run ? 'will_end' : 'will_mark', { count: tasks })}
        nothing={t(of_run ? 'none_unfinished' : 'nothing_to_mark')}
      />
      <NoteField note={note} onChange={setNote} />
      <FailureNotice error={error} />
    </Dialog>
  );
}
