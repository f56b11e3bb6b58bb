// Changes the value of an XCom: JSON, checked as one types.
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { call } from '../../api/client';
import { Button } from '../../ui/button';
import { FailureNotice } from '../../ui/feedback';
import { Field, TextArea } from '../../ui/field';
import { Dialog } from '../../ui/overlay';
import { type TaskKey } from '../../api/queries/task_instance';
import { xcomsQuery } from './queries';
import { t } from './text';

export const XCOM_URL = '/api/v2/dags/{dag_id}/dagRuns/{dag_run_id}/taskInstances/{task_id}/xcomEntries/{xcom_key}';

function problemOf(text: string): string | undefined {
  try {
    JSON.parse(text);
    return undefined;
  } catch (error) {
    return t('not_json', { problem: error instanceof Error ? error.message : String(error) });
  }
}

export function XComDialog({
  task,
  name,
  value,
  onClose,
}: {
  task: TaskKey;
  name: string;
  value: unknown;
  onClose: () => void;
}) {
  const client = useQueryClient();
  const [text, setText] = useState(() => JSON.stringify(value, null, 2));
  const problem = problemOf(text);
  const save = useMutation({
    mutationFn: () =>
      call('patch', XCOM_URL, {
        path: { ...task, xcom_key: name },
        body: { value: JSON.parse(text) as unknown, map_index: task.map_index },
      }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: xcomsQuery(task).queryKey });
      onClose();
    },
  });
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={t('edit_xcom', { key: name })}
      onSubmit={() => problem === undefined && save.mutate()}
      footer={
        <>
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button type="submit" variant="primary" busy={save.isPending} disabled={problem !== undefined}>
            {t('save')}
          </Button>
        </>
      }
    >
      <FailureNotice error={save.error} />
      <Field label={t('value')} hint={t('value_hint')} problem={problem}>
        {(parts) => (
          <TextArea {...parts} mono rows={14} value={text} onChange={(event) => setText(event.target.value)} />
        )}
      </Field>
    </Dialog>
  );
}
