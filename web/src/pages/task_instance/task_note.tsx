// The note on a task instance: shown where there is one, written by who may.
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { StickyNote } from 'lucide-react';
import { useState } from 'react';
import { call } from '../../api/client';
import { useMay } from '../../app/session';
import { Button } from '../../ui/button';
import { FailureNotice } from '../../ui/feedback';
import { Field, TextArea } from '../../ui/field';
import { Markdown } from '../../ui/markdown';
import { Dialog } from '../../ui/overlay';
import { taskQuery, type TaskInstance, taskAddress } from '../../api/queries/task_instance';
import styles from './task_instance.module.css';
import { t } from './text';

const MOST = 1000;

function NoteDialog({ task, onClose }: { task: TaskInstance; onClose: () => void }) {
  const client = useQueryClient();
  const [text, setText] = useState(task.note ?? '');
  const { dag_id, dag_run_id, task_id, map_index } = task;
  const key = { dag_id, dag_run_id, task_id, map_index };
  const save = useMutation({
    mutationFn: () =>
      call('patch', taskAddress(key), { path: key, query: { update_mask: 'note' }, body: { note: text } }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: taskQuery(key).queryKey });
      onClose();
    },
  });
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={t('note')}
      size="small"
      onSubmit={() => save.mutate()}
      footer={
        <>
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button type="submit" variant="primary" busy={save.isPending}>
            {t('save')}
          </Button>
        </>
      }
    >
      <FailureNotice error={save.error} />
      <Field label={t('note')} hint={t('note_hint')}>
        {(parts) => (
          <TextArea
            {...parts}
            value={text}
            maxLength={MOST}
            rows={6}
            onChange={(event) => setText(event.target.value)}
          />
        )}
      </Field>
    </Dialog>
  );
}

export function TaskNote({ task }: { task: TaskInstance }) {
  const [is_open, setOpen] = useState(false);
  const may_write = useMay('user');
  return (
    <>
      {task.note && (
        <div className={styles.note}>
          <StickyNote aria-hidden />
          <Markdown text={task.note} />
        </div>
      )}
      {may_write && (
        <div>
          <Button small variant="quiet" icon={StickyNote} onClick={() => setOpen(true)}>
            {t(task.note ? 'edit_note' : 'add_note')}
          </Button>
        </div>
      )}
      {is_open && <NoteDialog task={task} onClose={() => setOpen(false)} />}
    </>
  );
}
