import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { call } from '../../../api/client';
import { asFailure } from '../../../api/failure';
import { logIn, useMe } from '../../../app/session';
import { Button } from '../../../ui/button';
import { Field, FieldGrid, Input } from '../../../ui/field';
import { FailureNotice } from '../../../ui/feedback';
import { toast } from '../../../ui/toast';
import styles from '../admin.module.css';
import { t } from '../text';
import { MIN_PASSWORD } from '../users/user';

const EMPTY = { old_password: '', new_password: '', again: '' };

/** A new password ends all sessions, this one too: the page logs in again with it. */
export function PasswordForm() {
  const me = useMe();
  const client = useQueryClient();
  const [form, setForm] = useState(EMPTY);
  const [tried, setTried] = useState(false);
  const { old_password, new_password, again } = form;
  const problems = {
    old_password: old_password === '' ? t('needed') : undefined,
    new_password: [...new_password].length < MIN_PASSWORD ? t('password_rule', { count: MIN_PASSWORD }) : undefined,
    again: again === new_password ? undefined : t('passwords_differ'),
  };
  const change = useMutation({
    mutationFn: async () => {
      await call('post', '/gale/me/password', { body: { old_password, new_password } });
      if (me) await logIn(client, me.username, new_password);
    },
    onSuccess: () => {
      toast(t('password_changed'));
      setForm(EMPTY);
      setTried(false);
    },
  });
  const failure = change.error ? asFailure(change.error) : undefined;
  const shown = failure?.of('old_password') ?? failure?.of('new_password');
  const field = (name: keyof typeof EMPTY, autoComplete: string) => (
    <Field
      label={t(name)}
      required
      problem={(tried ? problems[name] : undefined) ?? failure?.of(name)}
      hint={name === 'new_password' ? t('password_rule', { count: MIN_PASSWORD }) : undefined}
    >
      {(parts) => (
        <Input
          {...parts}
          type="password"
          autoComplete={autoComplete}
          value={form[name]}
          onChange={(event) => {
            change.reset();
            setForm({ ...form, [name]: event.target.value });
          }}
        />
      )}
    </Field>
  );
  return (
    <form
      className={styles.stack}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        setTried(true);
        if (Object.values(problems).every((problem) => problem === undefined)) change.mutate();
      }}
    >
      {/* For password managers: whose password it is. */}
      <input type="text" autoComplete="username" value={me?.username ?? ''} readOnly hidden />
      {failure && !shown && <FailureNotice error={failure} />}
      <FieldGrid>
        {field('old_password', 'current-password')}
        {field('new_password', 'new-password')}
        {field('again', 'new-password')}
      </FieldGrid>
      <div>
        <Button type="submit" variant="primary" busy={change.isPending}>
          {t('change_password')}
        </Button>
      </div>
    </form>
  );
}
