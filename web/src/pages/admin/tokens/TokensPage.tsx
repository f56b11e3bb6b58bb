// What is one's own: the password and the API tokens.
import { useMutation, useQuery } from '@tanstack/react-query';
import { KeyRound, Plus, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { call } from '../../../api/client';
import { useMe } from '../../../app/session';
import { Button, IconButton } from '../../../ui/button';
import { EmptyState, ErrorState, Loading } from '../../../ui/feedback';
import { Card, KeyValues, Page } from '../../../ui/layout';
import { Confirm } from '../../../ui/overlay';
import { Table, type Column } from '../../../ui/table';
import { TimeText, useNow } from '../../../ui/time';
import { toast } from '../../../ui/toast';
import styles from '../admin.module.css';
import { useRefresh } from '../list';
import { t } from '../text';
import { PasswordForm } from './password_form';
import { TokenDialog } from './token_dialog';

export interface ApiToken {
  id: number;
  name: string;
  created_at: string;
  expires_at: string | null;
  last_used_at: string | null;
}

function Expiry({ token }: { token: ApiToken }) {
  const now = useNow();
  if (token.expires_at && Date.parse(token.expires_at) <= now) return <b>{t('expired')}</b>;
  return <TimeText value={token.expires_at} form="full" none={t('never')} />;
}

interface ColumnActions {
  remove: (token: ApiToken) => void;
}

function columnsOf({ remove }: ColumnActions): Column<ApiToken>[] {
  return [
    {
      id: 'name',
      label: t('name'),
      narrow: 'title',
      cell: (token) => <span className={styles.name}>{token.name}</span>,
    },
    {
      id: 'created_at',
      label: t('created'),
      width: '12rem',
      cell: (token) => <TimeText value={token.created_at} form="full" />,
    },
    { id: 'expires_at', label: t('expires'), width: '12rem', cell: (token) => <Expiry token={token} /> },
    {
      id: 'last_used_at',
      label: t('last_used'),
      width: '12rem',
      cell: (token) => <TimeText value={token.last_used_at} form="relative" none={t('never')} />,
    },
    {
      id: 'actions',
      label: t('actions'),
      hideLabel: true,
      width: '4rem',
      align: 'end',
      cell: (token) => (
        <IconButton label={t('delete_name', { name: token.name })} icon={Trash2} onClick={() => remove(token)} />
      ),
    },
  ];
}

export default function TokensPage() {
  const me = useMe();
  const query = useQuery({
    queryKey: ['tokens'],
    queryFn: ({ signal }) => call('get', '/gale/tokens', { signal }),
  });
  const refresh = useRefresh('tokens');
  const [making, setMaking] = useState(false);
  const [doomed, setDoomed] = useState<ApiToken>();
  const remove = useMutation({
    mutationFn: (token: ApiToken) => call('delete', '/gale/tokens/{token_id}', { path: { token_id: token.id } }),
    onSuccess: async () => {
      await refresh();
      toast(t('deleted', { count: 1 }));
    },
  });
  const columns = columnsOf({ remove: setDoomed });
  const add = (
    <Button variant="primary" icon={Plus} onClick={() => setMaking(true)}>
      {t('add_token')}
    </Button>
  );
  const tokens = query.data?.tokens;
  return (
    <Page title={t('my_access')}>
      <Card title={t('account')}>
        <KeyValues
          items={[
            [t('username'), me?.username],
            [t('role'), me && `${t(`role_${me.role}`)}: ${t(`role_${me.role}_hint`)}`],
          ]}
        />
      </Card>
      <Card title={t('tokens')} actions={tokens && tokens.length > 0 && add} flush>
        {query.error ? (
          <ErrorState error={query.error} onRetry={() => void query.refetch()} />
        ) : !tokens ? (
          <Loading rows={3} />
        ) : tokens.length === 0 ? (
          <EmptyState icon={KeyRound} title={t('no_tokens')} action={add}>
            {t('no_tokens_hint')}
          </EmptyState>
        ) : (
          <Table label={t('tokens')} columns={columns} rows={tokens} rowKey={(token) => String(token.id)} />
        )}
      </Card>
      <Card title={t('change_password')}>
        <PasswordForm />
      </Card>
      {making && <TokenDialog onClose={() => setMaking(false)} onDone={refresh} />}
      <Confirm
        open={doomed !== undefined}
        onOpenChange={(open) => !open && setDoomed(undefined)}
        title={t('delete_one', { name: doomed?.name ?? '' })}
        description={t('delete_token_hint')}
        action={t('delete')}
        danger
        onConfirm={async () => {
          if (doomed) await remove.mutateAsync(doomed);
        }}
      />
    </Page>
  );
}
