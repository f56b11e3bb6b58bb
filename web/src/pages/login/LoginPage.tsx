import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Logo } from '../../app/frame';
import { useNavigate, useSearch } from '../../app/navigation';
import { logIn, safeNext } from '../../app/session';
import { t } from '../../app/text';
import { asFailure } from '../../api/failure';
import { wakeEvents } from '../../api/events';
import { Button } from '../../ui/button';
import { FailureNotice, Notice } from '../../ui/feedback';
import { Field, Input } from '../../ui/field';
import styles from './login.module.css';

export default function LoginPage() {
  const [username, setUsername] = useState('');
  const [password, setPassword] = useState('');
  const client = useQueryClient();
  const navigate = useNavigate();
  const search = useSearch();
  const login = useMutation({
    mutationFn: () => logIn(client, username, password),
    onSuccess: () => {
      wakeEvents();
      navigate(safeNext(search.get('next')), { replace: true });
    },
  });
  const wrong = login.error && asFailure(login.error).status === 401;
  return (
    <main className={styles.page}>
      <form
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault();
          login.mutate();
        }}
      >
        <h1>
          <Logo />
          Gale
        </h1>
        {search.get('next') && !login.error && <Notice>{t('log_in_to_go_on')}</Notice>}
        {wrong ? <Notice kind="danger">{t('wrong_password')}</Notice> : <FailureNotice error={login.error} />}
        <Field label={t('username')}>
          {(parts) => (
            <Input
              {...parts}
              name="username"
              autoComplete="username"
              autoCapitalize="none"
              required
              // oxlint-disable-next-line jsx-a11y/no-autofocus -- the page is for nothing else
              autoFocus
              value={username}
              onChange={(event) => setUsername(event.target.value)}
            />
          )}
        </Field>
        <Field label={t('password')}>
          {(parts) => (
            <Input
              {...parts}
              type="password"
              name="password"
              autoComplete="current-password"
              required
              value={password}
              onChange={(event) => setPassword(event.target.value)}
            />
          )}
        </Field>
        <Button type="submit" variant="primary" busy={login.isPending}>
          {t('log_in')}
        </Button>
      </form>
    </main>
  );
}
