import { useMutation } from '@tanstack/react-query';
import { Braces } from 'lucide-react';
import { useState } from 'react';
import { call } from '../../../api/client';
import { asFailure } from '../../../api/failure';
import { Button } from '../../../ui/button';
import { Field, Input, TextArea } from '../../../ui/field';
import { FailureNotice } from '../../../ui/feedback';
import { Dialog } from '../../../ui/overlay';
import { toast } from '../../../ui/toast';
import styles from '../admin.module.css';
import { t } from '../text';
import { formatted, MASK, type Variable } from './variable';

interface Props {
  /** undefined: a new one. */
  variable: Variable | undefined;
  onClose: () => void;
  onDone: () => Promise<unknown>;
}

export function VariableDialog({ variable, onClose, onDone }: Props) {
  const [key, setKey] = useState(variable?.key ?? '');
  const [value, setValue] = useState(variable?.value ?? '');
  const [description, setDescription] = useState(variable?.description ?? '');
  const [tried, setTried] = useState(false);
  const masked = variable?.value.includes(MASK) ?? false;
  const save = useMutation({
    mutationFn: () => {
      const body = { key, value, description: description === '' ? null : description };
      return variable
        ? call('patch', '/api/v2/variables/{variable_key}', { path: { variable_key: variable.key }, body })
        : call('post', '/api/v2/variables', { body });
    },
    onSuccess: async () => {
      await onDone();
      toast(t('saved', { name: key }));
      onClose();
    },
  });
  const failure = save.error ? asFailure(save.error) : undefined;
  const taken = failure?.status === 409 ? failure.sentences.join(' ') : undefined;
  const missing = tried && key.trim() === '' ? t('needed') : undefined;
  const shownAtField = failure && (taken ?? failure.of('key') ?? failure.of('value') ?? failure.of('description'));
  const pretty = formatted(value);
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={variable ? t('edit_variable') : t('add_variable')}
      onSubmit={() => {
        setTried(true);
        if (key.trim() !== '') save.mutate();
      }}
      footer={
        <>
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button type="submit" variant="primary" busy={save.isPending}>
            {t('save')}
          </Button>
        </>
      }
    >
      <div className={styles.stack}>
        {failure && !shownAtField && <FailureNotice error={failure} />}
        <Field label={t('key')} required problem={missing ?? taken ?? failure?.of('key')} hint={t('key_hint')}>
          {(parts) => (
            <Input
              {...parts}
              mono
              value={key}
              maxLength={250}
              readOnly={variable !== undefined}
              onChange={(event) => setKey(event.target.value)}
            />
          )}
        </Field>
        <Field
          label={t('value')}
          problem={failure?.of('value')}
          hint={masked ? t('masked_hint') : pretty === undefined ? t('value_text') : t('value_json')}
        >
          {(parts) => (
            <TextArea {...parts} mono rows={8} value={value} onChange={(event) => setValue(event.target.value)} />
          )}
        </Field>
        {pretty !== undefined && pretty !== value && (
          <div>
            <Button small icon={Braces} onClick={() => setValue(pretty)}>
              {t('format_json')}
            </Button>
          </div>
        )}
        <Field label={t('description')} problem={failure?.of('description')}>
          {(parts) => (
            <TextArea
              {...parts}
              rows={2}
              value={description}
              onChange={(event) => setDescription(event.target.value)}
            />
          )}
        </Field>
      </div>
    </Dialog>
  );
}
