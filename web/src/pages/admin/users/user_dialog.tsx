import { useMutation } from '@tanstack/react-query';
import { Dices } from 'lucide-react';
import { useState } from 'react';
import { call } from '../../../api/client';
import { asFailure } from '../../../api/failure';
import type { Role } from '../../../app/routes';
import { Button } from '../../../ui/button';
import { Field, Input, Select } from '../../../ui/field';
import { FailureNotice } from '../../../ui/feedback';
import { CopyButton } from '../../../ui/layout';
import { Dialog } from '../../../ui/overlay';
import { toast } from '../../../ui/toast';
import styles from '../admin.module.css';
import { t } from '../text';
import { makePassword, MIN_PASSWORD, ROLES, type User } from './user';

interface Props {
  user: User | undefined;
  onClose: () => void;
  onDone: () => Promise<unknown>;
}

export function UserDialog({ user, onClose, onDone }: Props) {
  const [username, setUsername] = useState(user?.username ?? '');
  const [role, setRole] = useState<Role>(user?.role ?? 'viewer');
  const [password, setPassword] = useState('');
  const [generated, setGenerated] = useState(false);
  const [tried, setTried] = useState(false);
  const nameWrong = !/^[\w.@+-]{1,64}$/.test(username);
  const passwordWrong = (user === undefined || password !== '') && [...password].length < MIN_PASSWORD;
  const save = useMutation({
    mutationFn: () =>
      user
        ? call('patch', '/gale/users/{username}', {
            path: { username },
            body: { role, ...(password !== '' && { password }) },
          })
        : call('post', '/gale/users', { body: { username, role, password } }),
    onSuccess: async () => {
      await onDone();
      toast(t('saved', { name: username }));
      onClose();
    },
  });
  const failure = save.error ? asFailure(save.error) : undefined;
  const taken = failure?.status === 409 && !user ? failure.sentences.join(' ') : undefined;
  const shown = taken ?? failure?.of('username') ?? failure?.of('password');
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={user ? t('edit_user') : t('add_user')}
      onSubmit={() => {
        setTried(true);
        if (!nameWrong && !passwordWrong) save.mutate();
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
          label={t('username')}
          required
          problem={(tried && nameWrong ? t('username_rule') : undefined) ?? taken ?? failure?.of('username')}
        >
          {(parts) => (
            <Input
              {...parts}
              value={username}
              maxLength={64}
              readOnly={user !== undefined}
              onChange={(event) => setUsername(event.target.value)}
            />
          )}
        </Field>
        <Field label={t('role')} hint={t(`role_${role}_hint`)}>
          {(parts) => (
            <Select
              {...parts}
              value={role}
              onChange={(value) => setRole(value as Role)}
              options={ROLES.map((value) => ({ value, label: t(`role_${value}`) }))}
            />
          )}
        </Field>
        <Field
          label={user ? t('new_password') : t('password')}
          required={!user}
          hint={user ? t('reset_password_hint') : t('password_rule', { count: MIN_PASSWORD })}
          problem={tried && passwordWrong ? t('password_rule', { count: MIN_PASSWORD }) : failure?.of('password')}
        >
          {(parts) => (
            <Input
              {...parts}
              type={generated ? 'text' : 'password'}
              mono={generated}
              autoComplete="new-password"
              value={password}
              onChange={(event) => {
                setGenerated(false);
                setPassword(event.target.value);
              }}
            />
          )}
        </Field>
        <div className={styles.row}>
          <Button
            small
            icon={Dices}
            onClick={() => {
              setPassword(makePassword());
              setGenerated(true);
            }}
          >
            {t('generate_password')}
          </Button>
          {generated && <CopyButton text={password} label={t('copy_password')} />}
        </div>
      </div>
    </Dialog>
  );
}
