// What stands where content is not: Loading, EmptyState, ErrorState, ForbiddenState. Each says what to do next.
import { CircleAlert, CloudOff, FileQuestion, Inbox, Lock, type LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import { asFailure, type Failure } from '../api/failure';
import { Button, ButtonLink } from './button';
import styles from './feedback.module.css';
import { t } from './text';

interface StateProps {
  icon?: LucideIcon;
  title: string;
  children?: ReactNode;
  /** What to do next. */
  action?: ReactNode;
}

/** `page`: there is nothing else, its title is the page's. */
function State({
  icon: Icon = Inbox,
  title,
  children,
  action,
  role,
  page,
}: StateProps & { role?: 'alert'; page?: true }) {
  const Title = page ? 'h1' : 'p';
  return (
    <div className={styles.state} role={role}>
      <Icon aria-hidden className={styles.icon} />
      <Title className={styles.title}>{title}</Title>
      {children && <div className={styles.text}>{children}</div>}
      {action && <div className={styles.action}>{action}</div>}
    </div>
  );
}

export const EmptyState = (props: StateProps) => <State {...props} />;

function titleOf(failure: Failure): [title: string, hint: string, icon: LucideIcon] {
  if (failure.status === 0) return [t('unreachable'), t('unreachable_hint'), CloudOff];
  if (failure.status === 403) return [t('forbidden'), t('forbidden_hint'), Lock];
  if (failure.status === 404) return [t('not_found'), t('not_found_hint'), FileQuestion];
  if (failure.status === 429) return [t('too_many'), t('too_many_hint'), CircleAlert];
  if (failure.status >= 500) return [t('server_error'), t('server_error_hint'), CircleAlert];
  if (failure.status < 0) return [t('page_error'), t('page_error_hint'), CircleAlert];
  return [t('refused'), t('refused_hint'), CircleAlert];
}

/** What went wrong with a query or a page: <ErrorState error={query.error} onRetry={query.refetch}/>. */
export function ErrorState({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const failure = asFailure(error);
  const [title, hint, icon] = titleOf(failure);
  return (
    <State
      role="alert"
      icon={icon}
      title={title}
      action={
        <>
          {onRetry && failure.status !== 403 && failure.status !== 404 && (
            <Button onClick={() => onRetry()}>{t('retry')}</Button>
          )}
          {failure.status === 404 && <ButtonLink to="/dags">{t('to_dags')}</ButtonLink>}
        </>
      }
    >
      {failure.sentences.length > 0 && <p className={styles.detail}>{failure.sentences.join(' ')}</p>}
      <p>{hint}</p>
      {failure.request && failure.status !== 404 && (
        <p className={styles.request}>
          <code>{failure.request}</code> {failure.status > 0 && failure.status}
        </p>
      )}
    </State>
  );
}

export const ForbiddenState = () => (
  <State page icon={Lock} title={t('forbidden')}>
    {t('forbidden_hint')}
  </State>
);
export const NotFoundState = () => (
  <State page icon={FileQuestion} title={t('not_found')} action={<ButtonLink to="/dags">{t('to_dags')}</ButtonLink>}>
    {t('not_found_hint')}
  </State>
);

/** Bars in the place of what is on its way; shows after 150 ms, so that a fast answer does not flicker. */
export function Loading({ rows = 6, label }: { rows?: number; label?: string }) {
  return (
    <div className={styles.loading} role="status" aria-label={label ?? t('loading')}>
      {Array.from({ length: rows }, (_, at) => (
        <div key={at} className={styles.bar} />
      ))}
    </div>
  );
}

/** A short message within a page or form. */
export function Notice({
  kind = 'info',
  children,
}: {
  kind?: 'info' | 'warning' | 'danger' | 'good';
  children: ReactNode;
}) {
  return (
    <div className={`${styles.notice} ${styles[kind]}`} role={kind === 'danger' ? 'alert' : 'note'}>
      {children}
    </div>
  );
}

/** The sentences of a failure in a form or dialog; nothing without one. */
export function FailureNotice({ error }: { error: unknown }) {
  if (!error) return null;
  const failure = asFailure(error);
  const [title, hint] = titleOf(failure);
  return (
    <Notice kind="danger">{failure.sentences.length > 0 ? failure.sentences.join(' ') : `${title}. ${hint}`}</Notice>
  );
}
