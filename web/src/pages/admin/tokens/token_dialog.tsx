import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { call } from '../../../api/client';
import { asFailure } from '../../../api/failure';
import { serverUrl } from '../../../app/base';
import { Button } from '../../../ui/button';
import { Field, Input, Select } from '../../../ui/field';
import { FailureNotice, Notice } from '../../../ui/feedback';
import { CopyButton } from '../../../ui/layout';
import { Dialog } from '../../../ui/overlay';
import styles from '../admin.module.css';
import { t } from '../text';

const DAY_MS = 86_400_000;
const LIFETIMES = [7, 30, 90, 365];

/** Names a token; then shows it, once. */
export function TokenDialog({ onClose, onDone }: { onClose: () => void; onDone: () => Promise<unknown> }) {
  const [name, setName] = useState('');
  const [days, setDays] = useState('90');
  const [tried, setTried] = useState(false);
  const make = useMutation({
    mutationFn: () =>
      call('post', '/gale/tokens', {
        body: { name, expires_at: days === '' ? null : new Date(Date.now() + Number(days) * DAY_MS).toISOString() },
      }),
    onSuccess: onDone,
  });
  const failure = make.error ? asFailure(make.error) : undefined;
  const shown = failure?.of('name');
  if (make.data) {
    const { token } = make.data;
    return (
      <Dialog
        open
        onOpenChange={(open) => !open && onClose()}
        title={t('token_made', { name })}
        footer={
          <Button variant="primary" onClick={onClose}>
            {t('done')}
          </Button>
        }
      >
        <div className={styles.stack}>
          <Notice kind="warning">{t('token_once')}</Notice>
          <div className={styles.secret}>
            <code>{token}</code>
            <CopyButton text={token} label={t('copy_token')} />
          </div>
          <p className={styles.heading}>{t('token_use')}</p>
          <pre className={styles.code}>
            {`curl -H "Authorization: Bearer $GALE_TOKEN" ${new URL(serverUrl('/api/v2/dags'), location.href).href}`}
          </pre>
        </div>
      </Dialog>
    );
  }
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={t('add_token')}
      description={t('token_hint')}
      onSubmit={() => {
        setTried(true);
        if (name.trim() !== '') make.mutate();
      }}
      footer={
        <>
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button type="submit" variant="primary" busy={make.isPending}>
            {t('make_token')}
          </Button>
        </>
      }
    >
      <div className={styles.stack}>
        {failure && !shown && <FailureNotice error={failure} />}
        <Field
          label={t('name')}
          required
          hint={t('token_name_hint')}
          problem={tried && name.trim() === '' ? t('needed') : shown}
        >
          {(parts) => (
            <Input {...parts} value={name} maxLength={100} onChange={(event) => setName(event.target.value)} />
          )}
        </Field>
        <Field label={t('expires')}>
          {(parts) => (
            <Select
              {...parts}
              value={days}
              onChange={setDays}
              options={[
                ...LIFETIMES.map((count) => ({ value: String(count), label: t('in_days', { count }) })),
                { value: '', label: t('never') },
              ]}
            />
          )}
        </Field>
      </div>
    </Dialog>
  );
}
