import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { call } from '../../../api/client';
import { asFailure } from '../../../api/failure';
import { Button } from '../../../ui/button';
import { Checkbox, Field, Input } from '../../../ui/field';
import { FailureNotice } from '../../../ui/feedback';
import { Dialog } from '../../../ui/overlay';
import { toast } from '../../../ui/toast';
import styles from '../admin.module.css';
import { t } from '../text';
import { DEFAULT_POOL, UNLIMITED, type Pool } from './pool';

interface Props {
  pool: Pool | undefined;
  onClose: () => void;
  onDone: () => Promise<unknown>;
}

export function PoolDialog({ pool, onClose, onDone }: Props) {
  const [name, setName] = useState(pool?.name ?? '');
  const [slots, setSlots] = useState(String(pool && pool.slots !== UNLIMITED ? pool.slots : 8));
  const [unlimited, setUnlimited] = useState(pool?.slots === UNLIMITED);
  const [description, setDescription] = useState(pool?.description ?? '');
  const [include_deferred, setIncludeDeferred] = useState(pool?.include_deferred ?? false);
  const [tried, setTried] = useState(false);
  const is_default = pool?.name === DEFAULT_POOL;
  const slotsWrong = !unlimited && !/^\d+$/.test(slots);
  const save = useMutation({
    mutationFn: () => {
      const body = { slots: unlimited ? UNLIMITED : Number(slots), include_deferred };
      if (!pool) return call('post', '/api/v2/pools', { body: { ...body, name, description } });
      return call('patch', '/api/v2/pools/{pool_name}', {
        path: { pool_name: pool.name },
        ...(is_default
          ? { body, query: { update_mask: ['slots', 'include_deferred'] } }
          : { body: { ...body, description } }),
      });
    },
    onSuccess: async () => {
      await onDone();
      toast(t('saved', { name }));
      onClose();
    },
  });
  const failure = save.error ? asFailure(save.error) : undefined;
  const taken = failure?.status === 409 ? failure.sentences.join(' ') : undefined;
  const at = (field: string) => failure?.of(field);
  const shown = taken ?? at('name') ?? at('slots') ?? at('description');
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={pool ? t('edit_pool') : t('add_pool')}
      onSubmit={() => {
        setTried(true);
        if (name.trim() !== '' && !slotsWrong) save.mutate();
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
        {failure && !shown && <FailureNotice error={failure} />}
        <Field
          label={t('pool')}
          required
          problem={(tried && name.trim() === '' ? t('needed') : undefined) ?? taken ?? at('name')}
        >
          {(parts) => (
            <Input
              {...parts}
              value={name}
              maxLength={250}
              readOnly={pool !== undefined}
              onChange={(event) => setName(event.target.value)}
            />
          )}
        </Field>
        <Checkbox checked={unlimited} onChange={setUnlimited}>
          {t('no_limit')}
        </Checkbox>
        {!unlimited && (
          <Field
            label={t('slots')}
            required
            hint={t('slots_hint')}
            problem={tried && slotsWrong ? t('whole_number') : at('slots')}
          >
            {(parts) => (
              <Input
                {...parts}
                inputMode="numeric"
                value={slots}
                onChange={(event) => setSlots(event.target.value.trim())}
              />
            )}
          </Field>
        )}
        <Checkbox checked={include_deferred} onChange={setIncludeDeferred}>
          {t('include_deferred')}
        </Checkbox>
        {!is_default && (
          <Field label={t('description')} problem={at('description')}>
            {(parts) => (
              <Input {...parts} value={description} onChange={(event) => setDescription(event.target.value)} />
            )}
          </Field>
        )}
      </div>
    </Dialog>
  );
}
