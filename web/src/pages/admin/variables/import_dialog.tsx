import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { Button } from '../../../ui/button';
import { Field, Segments } from '../../../ui/field';
import { FailureNotice, Notice } from '../../../ui/feedback';
import { Dialog } from '../../../ui/overlay';
import { toast } from '../../../ui/toast';
import styles from '../admin.module.css';
import { call } from '../../../api/client';
import { outcomeOf, type OnExistence } from '../list';
import { t } from '../text';
import { BadFile, ON_EXISTENCE, parseVariables, type Import } from './variable';

interface Props {
  onClose: () => void;
  onDone: () => Promise<unknown>;
}

export function ImportDialog({ onClose, onDone }: Props) {
  const [content, setContent] = useState<Import>();
  const [problem, setProblem] = useState<string>();
  const [existing, setExisting] = useState<OnExistence>('fail');
  const read = async (file: File | undefined) => {
    setContent(undefined);
    setProblem(undefined);
    run.reset();
    if (!file) return;
    try {
      setContent(parseVariables(await file.text()));
    } catch (error) {
      if (!(error instanceof BadFile)) throw error;
      setProblem(t('bad_file', { reason: error.message }));
    }
  };
  const run = useMutation({
    mutationFn: async () => {
      const entities = content?.entities ?? [];
      const actions = [{ action: 'create' as const, entities, action_on_existence: existing }];
      return outcomeOf(await call('patch', '/api/v2/variables', { body: { actions } }));
    },
    onSuccess: async ({ success, errors }) => {
      await onDone();
      if (errors.length > 0) return;
      toast(t('imported', { count: success.length }));
      onClose();
    },
  });
  const count = content?.entities.length ?? 0;
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={t('import_variables')}
      description={t('import_hint')}
      onSubmit={() => (content ? run.mutate() : setProblem(t('choose_file')))}
      footer={
        <>
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button type="submit" variant="primary" busy={run.isPending}>
            {content ? t('import_count', { count }) : t('import')}
          </Button>
        </>
      }
    >
      <div className={styles.stack}>
        <FailureNotice error={run.error} />
        {run.data && run.data.errors.length > 0 && (
          <Notice kind="danger">
            {run.data.success.length > 0 && <p>{t('imported', { count: run.data.success.length })}</p>}
            {run.data.errors.map((error) => (
              <p key={error}>{error}</p>
            ))}
          </Notice>
        )}
        <Field label={t('file')} problem={problem} required>
          {(parts) => (
            <input
              {...parts}
              type="file"
              accept=".json,application/json"
              onChange={(event) => void read(event.target.files?.[0])}
            />
          )}
        </Field>
        <div>
          <p className={styles.heading}>{t('if_exists')}</p>
          <Segments
            label={t('if_exists')}
            options={ON_EXISTENCE.map((value) => ({ value, label: t(`exists_${value}`) }))}
            value={existing}
            onChange={(value) => setExisting(value as OnExistence)}
          />
        </div>
      </div>
    </Dialog>
  );
}
