// A run's results: what its tasks produced, and the one that one looks at. Which one is in the address.
import { useQuery } from '@tanstack/react-query';
import {
  CircleAlert,
  FileCode,
  FileImage,
  FileJson,
  FileText,
  Table2,
  File as FileIcon,
  type LucideIcon,
} from 'lucide-react';
import { useSearch } from '../app/navigation';
import { EmptyState, ErrorState, Loading, Notice } from '../ui/feedback';
import { resultId, resultsQuery, type RunKey, type RunResult } from './queries';
import { ResultView } from './result_view';
import styles from './results.module.css';
import { bytesText } from './size';
import { t } from './text';

function iconOf({ media_type, problem }: RunResult): LucideIcon {
  if (problem) return CircleAlert;
  if (media_type === 'text/html') return FileCode;
  if (media_type.startsWith('image/')) return FileImage;
  if (media_type.includes('json')) return FileJson;
  if (media_type === 'text/csv' || media_type === 'text/tab-separated-values') return Table2;
  return media_type.startsWith('text/') ? FileText : FileIcon;
}

/** What one most likely came for: a page, a picture, a table, before a value. */
const RANKS = ['text/html', 'image/', 'text/csv', 'text/tab', 'text/markdown'];
function firstOf(results: readonly RunResult[]): RunResult | undefined {
  const good = results.filter((result) => result.problem === null);
  const rank = ({ media_type }: RunResult) => {
    const at = RANKS.findIndex((start) => media_type.startsWith(start));
    return at < 0 ? RANKS.length : at;
  };
  return good.toSorted((a, b) => rank(a) - rank(b))[0] ?? results[0];
}

const placeOf = ({ task_id, map_index }: RunResult) => (map_index < 0 ? task_id : `${task_id} [${map_index}]`);

function List({ results, current, onPick }: ListProps) {
  const places = [...new Set(results.map(placeOf))];
  return (
    <nav className={styles.list} aria-label={t('results')}>
      {places.map((place) => (
        <section key={place} aria-label={place}>
          <h2>{place}</h2>
          <ul>
            {results
              .filter((result) => placeOf(result) === place)
              .map((result) => {
                const Icon = iconOf(result);
                return (
                  <li key={resultId(result)}>
                    <button
                      type="button"
                      aria-current={result === current || undefined}
                      data-problem={result.problem !== null || undefined}
                      onClick={() => onPick(result)}
                    >
                      <Icon aria-hidden />
                      <span>
                        {result.name}
                        <small>
                          {result.problem
                            ? t('cannot_show')
                            : [
                                result.key === 'return_value' ? '' : result.key,
                                result.pointer,
                                bytesText(result.bytes ?? 0),
                              ]
                                .filter(Boolean)
                                .join(' · ')}
                        </small>
                      </span>
                    </button>
                  </li>
                );
              })}
          </ul>
        </section>
      ))}
    </nav>
  );
}
interface ListProps {
  results: readonly RunResult[];
  current: RunResult | undefined;
  onPick: (result: RunResult) => void;
}

export function Results({ run, task_id }: { run: RunKey; task_id?: string }) {
  const query = useQuery(resultsQuery(run));
  const search = useSearch();
  if (query.error) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
  if (!query.data) return <Loading />;
  const results = query.data.results.filter((result) => task_id === undefined || result.task_id === task_id);
  if (results.length === 0) return <EmptyState title={t('none')}>{t('none_hint')}</EmptyState>;
  const wanted = search.get('result');
  const current = results.find((result) => resultId(result) === wanted) ?? firstOf(results);
  return (
    <div className={styles.results}>
      <div className={styles.side}>
        {query.data.truncated && <Notice>{t('truncated')}</Notice>}
        <List results={results} current={current} onPick={(result) => search.set({ result: resultId(result) })} />
      </div>
      {current && <ResultView key={resultId(current)} run={run} result={current} />}
    </div>
  );
}
