// Files that cannot be imported: what went wrong and where, with the traceback below.
import { useQuery } from '@tanstack/react-query';
import { CircleCheck, SearchX } from 'lucide-react';
import { call, type Schemas } from '../../api/client';
import { liveOther } from '../../api/live';
import { readAll } from '../../api/read_all';
import { useSearch } from '../../app/navigation';
import { Button } from '../../ui/button';
import { EmptyState, ErrorState, Loading } from '../../ui/feedback';
import { SearchInput } from '../../ui/field';
import { CopyButton, Page, Pager, Toolbar } from '../../ui/layout';
import { TimeText } from '../../ui/time';
import styles from './import_errors.module.css';
import { t } from './text';
import { parseTraceback } from './traceback';

type ImportError = Schemas['ImportErrorResponse'];
const LIMIT = 25;

/** All of them: they are few, and the search must see each. */
async function allImportErrors(signal: AbortSignal): Promise<ImportError[]> {
  return readAll(async (page) => {
    const query = { ...page, order_by: '-timestamp' };
    const { import_errors, total_entries } = await call('get', '/api/v2/importErrors', { query, signal });
    return [import_errors, total_entries];
  });
}

export default function ImportErrorsPage() {
  const search = useSearch();
  const q = search.get('q') ?? '';
  const offset = Number(search.get('offset') ?? 0) || 0;
  const found = useQuery({
    queryKey: ['import_errors', 'list'],
    queryFn: ({ signal }) => allImportErrors(signal),
    meta: liveOther('import_errors'),
  });
  const fitting = (found.data ?? []).filter(({ filename }) => filename.toLowerCase().includes(q.toLowerCase()));
  const errors = fitting.slice(offset, offset + LIMIT);
  return (
    <Page
      title={t('title')}
      aside={found.data && <span aria-live="polite">{t('files', { count: fitting.length })}</span>}
    >
      <Toolbar label={t('filters')}>
        <div className={styles.search}>
          <SearchInput label={t('search')} value={q} onChange={(text) => search.set({ q: text, offset: null })} />
        </div>
      </Toolbar>
      {found.error ? (
        <ErrorState error={found.error} onRetry={() => void found.refetch()} />
      ) : found.isPending ? (
        <Loading />
      ) : errors.length === 0 ? (
        q ? (
          <EmptyState
            icon={SearchX}
            title={t('nothing_fits')}
            action={<Button onClick={() => search.set({ q: null, offset: null })}>{t('reset')}</Button>}
          />
        ) : (
          <EmptyState icon={CircleCheck} title={t('none')}>
            {t('none_hint')}
          </EmptyState>
        )
      ) : (
        errors.map((error) => <Entry key={error.import_error_id} error={error} open={errors.length <= 3} />)
      )}
      <Pager
        total={fitting.length}
        limit={LIMIT}
        offset={offset}
        onChange={(to) => search.set({ offset: to || null })}
      />
    </Page>
  );
}

function Entry({ error, open }: { error: ImportError; open: boolean }) {
  const { summary, place, lines } = parseTraceback(error.stack_trace, error.filename);
  return (
    <details className={styles.entry} open={open}>
      <summary>
        <span className={styles.file}>{error.filename}</span>
        <span className={styles.when}>
          <TimeText value={error.timestamp} form="relative" />
        </span>
        <span className={styles.what}>{summary}</span>
        {place && <span className={styles.place}>{t('line', { line: String(place.line) })}</span>}
      </summary>
      <div className={styles.trace}>
        <CopyButton text={error.stack_trace} label={t('copy')} />
        <pre tabIndex={0} aria-label={t('traceback_of', { file: error.filename })} role="region">
          {lines.map((line, at) => (
            <span key={at} data-kind={line.kind}>
              {`${line.text}\n`}
            </span>
          ))}
        </pre>
      </div>
    </details>
  );
}
