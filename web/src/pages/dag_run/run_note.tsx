// The run's note, in Markdown, to read and to change.
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { NotebookPen } from 'lucide-react';
import { useState } from 'react';
import type { Failure } from '../../api/failure';
import { useMay } from '../../app/session';
import { Button } from '../../ui/button';
import { FailureNotice } from '../../ui/feedback';
import { Field, TextArea } from '../../ui/field';
import { Markdown } from '../../ui/markdown';
import { Dialog } from '../../ui/overlay';
import { runQuery, type DagRun } from '../dag/frame/queries';
import styles from './dag_run.module.css';
import { setNote } from './queries';
import { t } from './text';

const MOST = 1000;

function NoteDialog({ run, onClose }: { run: DagRun; onClose: () => void }) {
  const client = useQueryClient();
  const [text, setText] = useState(run.note ?? '');
  const length = [...text].length;
  const saving = useMutation<unknown, Failure>({
    mutationFn: () => setNote(run.dag_id, run.dag_run_id, text),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: runQuery(run.dag_id, run.dag_run_id).queryKey });
      onClose();
    },
  });
  const problem = length > MOST ? t('note_too_long', { count: MOST, length }) : saving.error?.of('note');
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={t('note_of', { run: run.dag_run_id })}
      onSubmit={() => length <= MOST && saving.mutate()}
      footer={
        <>
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button type="submit" variant="primary" busy={saving.isPending} disabled={length > MOST}>
            {t('save')}
          </Button>
        </>
      }
    >
      {!problem && <FailureNotice error={saving.error} />}
      <Field label={t('note')} hint={t('note_hint', { count: length, most: MOST })} problem={problem}>
        {(parts) => <TextArea {...parts} rows={6} value={text} onChange={(event) => setText(event.target.value)} />}
      </Field>
    </Dialog>
  );
}

export function RunNote({ run }: { run: DagRun }) {
  const may_edit = useMay('user');
  const [editing, setEditing] = useState(false);
  if (!run.note && !may_edit) return null;
  return (
    <div className={styles.note}>
      {run.note && (
        <section aria-label={t('note')} className={styles.noteText}>
          <Markdown text={run.note} />
        </section>
      )}
      {may_edit && (
        <Button small variant="quiet" icon={NotebookPen} onClick={() => setEditing(true)}>
          {t(run.note ? 'edit_note' : 'add_note')}
        </Button>
      )}
      {editing && <NoteDialog run={run} onClose={() => setEditing(false)} />}
    </div>
  );
}
