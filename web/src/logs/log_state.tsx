// What stands around and instead of a log's lines.
import type { ReactNode } from 'react';
import { useSearch } from '../app/navigation';
import { language } from '../i18n/text';
import { Button } from '../ui/button';
import { EmptyState, ErrorState, Loading, Notice } from '../ui/feedback';
import type { LogSearch } from './log_search';
import { MAX_MATCHES } from './log_search';
import type { LogSource } from './log_source';
import styles from './logs.module.css';
import { t } from './text';

/** "1.4 MB" in the page's language. */
function sizeOf(bytes: number): string {
  const power = Math.min(3, Math.floor(Math.log10(Math.max(1, bytes)) / 3));
  const unit = (['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const)[power] ?? 'byte';
  const format = { style: 'unit', unit, unitDisplay: 'short', maximumFractionDigits: power === 0 ? 0 : 1 } as const;
  return new Intl.NumberFormat(language(), format).format(bytes / 1000 ** power);
}

interface LogStateProps {
  source: LogSource;
  waiting: ReactNode;
  is_without_match: boolean;
  /** The lines. */
  children: ReactNode;
}

export function LogState({ source, waiting, is_without_match, children }: LogStateProps) {
  const search = useSearch();
  if (source.failure !== undefined && source.lines === 0)
    return <ErrorState error={source.failure} onRetry={() => source.retry()} />;
  if (source.lines === 0 && !source.is_counted) return <Loading />;
  if (source.lines === 0) {
    return source.is_growing ? (
      <EmptyState title={t('not_yet')}>{waiting ?? t('not_yet_hint')}</EmptyState>
    ) : (
      <EmptyState title={t('empty')}>{t('empty_hint')}</EmptyState>
    );
  }
  if (is_without_match) {
    return (
      <EmptyState
        title={t('nothing_matches')}
        action={<Button onClick={() => search.set({ level: null, only: null })}>{t('clear_filter')}</Button>}
      />
    );
  }
  return (
    <>
      {source.failure !== undefined && (
        <Notice kind="danger">
          {t('no_log')}{' '}
          <Button small onClick={() => source.retry()}>
            {t('retry')}
          </Button>
        </Notice>
      )}
      {children}
    </>
  );
}

interface LogFootProps {
  source: LogSource;
  filter: LogSearch | undefined;
  found: LogSearch | undefined;
  stick: boolean;
}

export function LogFoot({ source, filter, found, stick }: LogFootProps) {
  const is_searching = (filter && !filter.is_complete) || (found && !found.is_complete);
  return (
    <div className={styles.foot}>
      {source.is_counted ? (
        <span>{t('lines_count', { count: source.lines })}</span>
      ) : (
        source.failure === undefined && <span role="status">{t('counting', { count: source.lines })}</span>
      )}
      {source.bytes > 0 && <span>{sizeOf(source.bytes)}</span>}
      {source.is_growing && source.lines > 0 && (
        <span className={styles.live}>{stick ? t('following') : t('live')}</span>
      )}
      {source.is_lost && (
        <span role="status" className={styles.lost}>
          {t('lost')}
        </span>
      )}
      {is_searching && source.lines > 0 && <span role="status">{t('searching')}</span>}
      {(filter?.is_cut || found?.is_cut) && <span>{t('matches_cut', { count: MAX_MATCHES })}</span>}
    </div>
  );
}
