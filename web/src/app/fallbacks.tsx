// What the router shows around and instead of pages.
import { Outlet, type ErrorComponentProps } from '@tanstack/react-router';
import { asFailure } from '../api/failure';
import { ErrorState, Loading, NotFoundState } from '../ui/feedback';
import { TooltipProvider } from '../ui/tooltip';
import { Toasts } from '../ui/toast';
import styles from './frame.module.css';
import { t } from './text';
import { useTitle } from './title';

export function Root() {
  return (
    <TooltipProvider delayDuration={250} skipDelayDuration={400}>
      <Outlet />
      <Toasts />
    </TooltipProvider>
  );
}

export function NotFound() {
  useTitle(t('not_found'));
  return <NotFoundState />;
}

/** A page that threw. One whose code is gone (the server was updated since) is loaded anew, once. */
export function PageCrash({ error, reset }: ErrorComponentProps) {
  const outdated = /dynamically imported module|module script failed/i.test(asFailure(error).message);
  return <ErrorState error={error} onRetry={outdated ? () => location.reload() : reset} />;
}

export const PagePending = () => (
  <div className={styles.pending}>
    <Loading />
  </div>
);
