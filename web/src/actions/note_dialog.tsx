// The note of a run: Markdown, at most 1000 characters; an empty one is taken away.
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { asFailure } from '../api/failure';
import { Button } from '../ui/button';
import { FailureNotice } from '../ui/feedback';
import { Dialog } from '../ui/overlay';
import { patchRun } from './calls';
import { NoteField } from './choices';
import type { ActionDialogProps } from './clear_dialog';
import { nameOf } from './target';
import { t } from './text';

export function NoteDialog({ target, note: before, onClose, onDone }: ActionDialogProps & { note: string | null }) {
  const client = useQueryClient();
  const [note, setNote] = useState(before ?? '');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const save = async () => {
    setBusy(true);
    setError(undefined);
    try {
      await patchRun(target, { note: note.trim() === '' ? null : note });
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
      title={t('note_title', { name: nameOf(target, String) })}
      onSubmit={() => !busy && void save()}
      size="small"
      footer={
        <>
          <Button onClick={onClose} disabled={busy}>
            {t('cancel')}
          </Button>
          <Button type="submit" variant="primary" busy={busy} disabled={note === (before ?? '')}>
            {t('save')}
          </Button>
        </>
      }
    >
      <NoteField note={note} onChange={setNote} problem={error ? asFailure(error).of('note') : undefined} />
      {error !== undefined && asFailure(error).of('note') === undefined && <FailureNotice error={error} />}
    </Dialog>
  );
}
