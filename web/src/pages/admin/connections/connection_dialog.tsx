import { useMutation, useQuery } from '@tanstack/react-query';
import { PlugZap } from 'lucide-react';
import { useState } from 'react';
import { call } from '../../../api/client';
import { asFailure } from '../../../api/failure';
import { Button } from '../../../ui/button';
import { ErrorState, FailureNotice, Loading, Notice } from '../../../ui/feedback';
import { Dialog } from '../../../ui/overlay';
import { toast } from '../../../ui/toast';
import styles from '../admin.module.css';
import { t } from '../text';
import {
  bodyOf,
  formOf,
  problemsOf,
  STANDARD,
  type Connection,
  type ConnectionType,
  type Form,
  type Standard,
} from './connection';
import { ConnectionFields } from './connection_fields';

interface Props {
  /** undefined: a new one. */
  connection: Connection | undefined;
  /** A new one that begins as this. Its secrets stay behind: they are not known here. */
  copy?: boolean;
  onClose: () => void;
  onDone: () => Promise<unknown>;
}

const WHERE: Partial<Record<string, keyof Form>> = { schema: 'url_schema' };
const withoutSecrets = (form: Form): Form => ({
  ...form,
  connection_id: '',
  password: '',
  extra: form.extra.replaceAll(/"\*\*\*"/g, '""'),
});

const useTypes = () =>
  useQuery({
    queryKey: ['connection_types'],
    queryFn: ({ signal }) => call('get', '/gale/connections/types', { signal }),
    select: ({ connection_types }) => connection_types as ConnectionType[],
    staleTime: Infinity,
  });

export function ConnectionDialog({ connection, copy = false, onClose, onDone }: Props) {
  const types = useTypes();
  const [form, setForm] = useState(() => (copy ? withoutSecrets(formOf(connection)) : formOf(connection)));
  const [tried, setTried] = useState(false);
  const kept = copy ? undefined : connection;
  const problems = problemsOf(form);
  const change = (part: Partial<Form>) => setForm((before) => ({ ...before, ...part }));

  const save = useMutation({
    mutationFn: () =>
      kept
        ? call('patch', '/api/v2/connections/{connection_id}', {
            path: { connection_id: kept.connection_id },
            body: bodyOf(form),
          })
        : call('post', '/api/v2/connections', { body: bodyOf(form) }),
    onSuccess: async () => {
      await onDone();
      toast(t('saved', { name: form.connection_id }));
      onClose();
    },
  });
  const check = useMutation({
    mutationFn: () => call('post', '/api/v2/connections/test', { body: bodyOf(form) }),
  });
  const failure = asFailureOrNot(save.error);
  const problemOf = (field: keyof Form): string | undefined => {
    const own = problems[field];
    if (own && tried) return t(own);
    if (field === 'connection_id' && failure?.status === 409) return failure.sentences.join(' ');
    return failure?.fields.find((one) => (WHERE[one.field] ?? one.field) === field)?.message;
  };
  const told = FIELDS.some((field) => problemOf(field) !== undefined);
  const fine = Object.keys(problems).length === 0;
  const whenFine = (act: () => void) => {
    setTried(true);
    if (fine) act();
  };
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      size="large"
      title={kept ? t('edit_connection') : t('add_connection')}
      onSubmit={() => whenFine(() => save.mutate())}
      footer={
        <>
          <Button icon={PlugZap} busy={check.isPending} onClick={() => whenFine(() => check.mutate())}>
            {t('test')}
          </Button>
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button type="submit" variant="primary" busy={save.isPending}>
            {t('save')}
          </Button>
        </>
      }
    >
      <div className={styles.stack}>
        {failure && !told && <FailureNotice error={failure} />}
        {types.error ? (
          <ErrorState error={types.error} onRetry={() => void types.refetch()} />
        ) : types.data ? (
          <ConnectionFields
            form={form}
            change={change}
            types={types.data}
            fixedId={kept !== undefined}
            problemOf={problemOf}
          />
        ) : (
          <Loading />
        )}
        <div aria-live="polite">
          <FailureNotice error={check.error} />
          {check.data && <Notice kind={check.data.status ? 'good' : 'danger'}>{check.data.message}</Notice>}
        </div>
      </div>
    </Dialog>
  );
}

const FIELDS: (keyof Form)[] = [
  'connection_id',
  'conn_type',
  'description',
  'extra',
  ...(STANDARD as readonly Standard[]),
];
const asFailureOrNot = (error: unknown) => (error ? asFailure(error) : undefined);
