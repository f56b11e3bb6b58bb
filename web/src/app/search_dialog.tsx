// The search over everything: pages, DAGs and runs by id. A combobox in a dialog: arrows choose, Enter goes there.
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Play, Workflow, type LucideIcon } from 'lucide-react';
import { useId, useState, type KeyboardEvent } from 'react';
import { call } from '../api/client';
import { SearchInput } from '../ui/field';
import { Dialog } from '../ui/overlay';
import { useNavigate } from './navigation';
import { dagPath, dagsPath, runPath } from './paths';
import { navRoutes } from './routes';
import styles from './search_dialog.module.css';
import { mayAct, useMe } from './session';
import { t } from './text';

interface Hit {
  label: string;
  detail: string;
  to: string;
  icon: LucideIcon;
}

const SHOWN = 12;
const RUNS_SHOWN = 5;
/** Of a run's id; less would find nearly all of them. */
const RUN_FROM = 3;

function useHits(text: string): { hits: Hit[]; more: number; searching: boolean } {
  const me = useMe();
  const wanted = text.trim().toLowerCase();
  const found = useQuery({
    queryKey: ['dags', 'search', wanted],
    queryFn: ({ signal }) =>
      call('get', '/api/v2/dags', {
        query: { dag_id_pattern: `%${wanted}%`, limit: SHOWN, order_by: 'dag_id' },
        signal,
      }),
    placeholderData: keepPreviousData,
  });
  const runs = useQuery({
    queryKey: ['dag_runs', 'search', wanted],
    queryFn: ({ signal }) =>
      call('get', '/api/v2/dags/{dag_id}/dagRuns', {
        path: { dag_id: '~' },
        query: { run_id_pattern: `%${wanted}%`, limit: RUNS_SHOWN, order_by: ['-run_after'] },
        signal,
      }),
    enabled: wanted.length >= RUN_FROM,
  });
  const pages = navRoutes()
    .filter(({ nav, role }) => mayAct(me?.role, role ?? 'viewer') && nav.label().toLowerCase().includes(wanted))
    .map(({ nav, path }) => ({ label: nav.label(), detail: t('page'), to: path, icon: nav.icon }));
  const dags = (found.data?.dags ?? []).map((dag) => ({
    label: dag.dag_id,
    detail: dag.dag_display_name === dag.dag_id ? (dag.description ?? '') : dag.dag_display_name,
    to: dagPath(dag.dag_id),
    icon: Workflow,
  }));
  const found_runs = (runs.data?.dag_runs ?? []).map((run) => ({
    label: run.dag_run_id,
    detail: run.dag_display_name,
    to: runPath(run.dag_id, run.dag_run_id),
    icon: Play,
  }));
  return {
    // Without a text the pages come first, as a map; with one, what one looks for is mostly a DAG.
    hits: wanted ? [...dags, ...pages, ...found_runs] : [...pages, ...dags],
    more: (found.data?.total_entries ?? 0) - dags.length,
    searching: found.isPending || runs.isLoading,
  };
}

export default function SearchDialog({ onOpenChange }: { onOpenChange: (open: boolean) => void }) {
  const [text, setText] = useState('');
  const [at, setAt] = useState(0);
  const list_id = useId();
  const navigate = useNavigate();
  const { hits, more, searching } = useHits(text);
  const chosen = Math.min(at, hits.length - 1);
  const go = (to: string) => {
    onOpenChange(false);
    navigate(to);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) setAt((chosen + step + hits.length) % Math.max(1, hits.length));
    else if (event.key === 'Enter' && hits[chosen]) go(hits[chosen].to);
    else return;
    event.preventDefault();
  };
  return (
    <Dialog open onOpenChange={onOpenChange} title={t('search')} hideTitle>
      {/* oxlint-disable-next-line jsx-a11y/no-static-element-interactions -- the keys of the combobox within */}
      <div className={styles.search} onKeyDown={onKeyDown}>
        <SearchInput
          autoFocus
          label={t('search')}
          value={text}
          onChange={(value) => {
            setText(value);
            setAt(0);
          }}
          listId={list_id}
          activeId={hits[chosen] ? `${list_id}-${chosen}` : undefined}
        />
        <ul id={list_id} role="listbox" aria-label={t('hits')} className={styles.hits}>
          {hits.map((hit, index) => (
            // oxlint-disable-next-line jsx-a11y/click-events-have-key-events -- Enter in the combobox
            <li
              key={hit.to}
              id={`${list_id}-${index}`}
              role="option"
              aria-selected={index === chosen}
              onClick={() => go(hit.to)}
              onPointerMove={() => setAt(index)}
            >
              <hit.icon aria-hidden />
              <span className={styles.label}>{hit.label}</span>
              <span className={styles.detail}>{hit.detail}</span>
            </li>
          ))}
        </ul>
        {hits.length === 0 && !searching && <p className={styles.none}>{t('no_hits')}</p>}
        {more > 0 && (
          <button type="button" className={styles.more} onClick={() => go(dagsPath({ q: text.trim() }))}>
            {t('more_hits', { count: more })}
          </button>
        )}
      </div>
    </Dialog>
  );
}
