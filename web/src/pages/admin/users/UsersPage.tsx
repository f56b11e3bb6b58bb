import { keepPreviousData, useMutation, useQuery } from '@tanstack/react-query';
import { Pencil, Plus, Trash2, Users } from 'lucide-react';
import { useState } from 'react';
import { call } from '../../../api/client';
import { liveOther } from '../../../api/live';
import { useMe } from '../../../app/session';
import { Button, IconButton } from '../../../ui/button';
import { SearchInput, Switch } from '../../../ui/field';
import { Page, Tag, Toolbar } from '../../../ui/layout';
import { Table, type Column } from '../../../ui/table';
import { TimeText } from '../../../ui/time';
import { toast } from '../../../ui/toast';
import styles from '../admin.module.css';
import { useList, useRefresh } from '../list';
import { DeleteDialog, ListBody } from '../parts';
import { t } from '../text';
import type { User } from './user';
import { UserDialog } from './user_dialog';

interface ColumnActions {
  me: string | undefined;
  edit: (user: User) => void;
  remove: (user: User) => void;
  activate: (user: User, active: boolean) => void;
}

function columnsOf({ me, edit, remove, activate }: ColumnActions): Column<User>[] {
  return [
    {
      id: 'username',
      label: t('username'),
      sort: 'username',
      narrow: 'title',
      cell: (user) => (
        <span className={styles.row}>
          <span className={styles.name}>{user.username}</span>
          {user.username === me && <Tag>{t('you')}</Tag>}
        </span>
      ),
    },
    { id: 'role', label: t('role'), sort: 'role', width: '10rem', cell: (user) => t(`role_${user.role}`) },
    {
      id: 'active',
      label: t('active'),
      sort: 'active',
      width: '8rem',
      cell: (user) => (
        <Switch
          checked={user.active}
          label={t('active_name', { name: user.username })}
          onChange={(active) => activate(user, active)}
        />
      ),
    },
    {
      id: 'last_login_at',
      label: t('last_login'),
      sort: 'last_login_at',
      width: '12rem',
      cell: (user) => <TimeText value={user.last_login_at} none={t('never')} />,
    },
    {
      id: 'created_at',
      label: t('created'),
      sort: 'created_at',
      width: '12rem',
      cell: (user) => <TimeText value={user.created_at} form="full" />,
    },
    {
      id: 'actions',
      label: t('actions'),
      hideLabel: true,
      width: '5rem',
      align: 'end',
      cell: (user) => (
        <span className={styles.actions}>
          <IconButton label={t('edit_name', { name: user.username })} icon={Pencil} onClick={() => edit(user)} />
          {user.username !== me && (
            <IconButton label={t('delete_name', { name: user.username })} icon={Trash2} onClick={() => remove(user)} />
          )}
        </span>
      ),
    },
  ];
}

export default function UsersPage() {
  const list = useList('username');
  const me = useMe();
  const filter = list.q ? { username_pattern: list.q } : {};
  const query = useQuery({
    queryKey: ['users', list.query, filter],
    queryFn: ({ signal }) =>
      call('get', '/gale/users', {
        query: { ...list.query, ...filter },
        signal,
      }),
    placeholderData: keepPreviousData,
    meta: liveOther('users'),
  });
  const refresh = useRefresh('users');
  const [edited, setEdited] = useState<User | 'new'>();
  const [doomed, setDoomed] = useState<readonly string[]>();
  const activate = useMutation({
    mutationFn: ({ username, active }: { username: string; active: boolean }) =>
      call('patch', '/gale/users/{username}', { path: { username }, body: { active } }),
    onSuccess: async (_, { username, active }) => {
      await refresh();
      toast(t(active ? 'activated' : 'deactivated', { name: username }));
    },
    onError: (error) => toast.failed(error),
  });
  const columns = columnsOf({
    me: me?.username,
    edit: setEdited,
    remove: (user) => setDoomed([user.username]),
    activate: (user, active) => activate.mutate({ username: user.username, active }),
  });
  return (
    <Page
      title={t('users')}
      aside={query.data && <span aria-live="polite">{t('count', { count: query.data.total_entries })}</span>}
      actions={
        <Button variant="primary" icon={Plus} onClick={() => setEdited('new')}>
          {t('add_user')}
        </Button>
      }
    >
      <Toolbar label={t('filters')}>
        <div className={styles.search}>
          <SearchInput value={list.q} onChange={list.setQ} label={t('search_users')} />
        </div>
      </Toolbar>
      <ListBody
        query={query}
        filtered={list.q !== ''}
        onReset={() => list.setQ('')}
        empty={{ icon: Users, title: t('no_users'), hint: t('no_users_hint') }}
        offset={list.offset}
        onOffset={list.setOffset}
      >
        <Table
          label={t('users')}
          columns={columns}
          rows={query.data?.users ?? []}
          rowKey={(user) => user.username}
          sort={list.order_by}
          onSort={list.setOrder}
        />
      </ListBody>
      {edited && (
        <UserDialog
          key={edited === 'new' ? '' : edited.username}
          user={edited === 'new' ? undefined : edited}
          onClose={() => setEdited(undefined)}
          onDone={refresh}
        />
      )}
      <DeleteDialog
        names={doomed}
        what={t('users')}
        warning={t('delete_users_hint')}
        onClose={() => setDoomed(undefined)}
        onDelete={async (names) => {
          await Promise.all(names.map((username) => call('delete', '/gale/users/{username}', { path: { username } })));
          await refresh();
        }}
      />
    </Page>
  );
}
