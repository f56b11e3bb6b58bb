// How far the run is, what was given to it, and its note.
import { useQuery } from '@tanstack/react-query';
import { useSearch } from '../../app/navigation';
import { JsonTree } from '../../results/json_tree';
import { lookOf, stateColor } from '../../ui/states';
import { StateBadge } from '../../ui/state_badge';
import { runQuery } from '../../api/queries/dag_run';
import { statesQuery } from '../dag/queries';
import styles from './dag_run.module.css';
import { RunNote } from './run_note';
import { progressOf, type Progress } from './progress';
import { t } from './text';

function Bar({ progress }: { progress: Progress }) {
  const { finished, total, counts } = progress;
  return (
    <div
      className={styles.bar}
      role="progressbar"
      aria-label={t('progress')}
      aria-valuemin={0}
      aria-valuemax={total}
      aria-valuenow={finished}
      aria-valuetext={t('finished_of', { finished, total })}
    >
      {counts.map(([state, count]) => (
        <span
          key={state}
          title={`${lookOf(state).label}: ${count}`}
          style={{ flexGrow: count, background: stateColor(state) }}
        />
      ))}
    </div>
  );
}

function RunProgress({ dag_id, dag_run_id }: { dag_id: string; dag_run_id: string }) {
  const grid = useQuery(statesQuery(dag_id, { limit: 1, dag_run_id }));
  const search = useSearch();
  const run = grid.data?.runs.find((each) => each.dag_run_id === dag_run_id);
  if (!run) return null; // the table below says what is there, or why not
  const progress = progressOf(run);
  if (progress.total === 0) return null;
  const picked = search.get('state');
  return (
    <div className={styles.progress}>
      <strong>{t('finished_of', { finished: progress.finished, total: progress.total })}</strong>
      <Bar progress={progress} />
      <ul className={styles.counts}>
        {progress.counts.map(([state, count]) => (
          <li key={state}>
            <button
              type="button"
              aria-pressed={picked === state}
              title={t('only_state', { state: lookOf(state).label })}
              onClick={() => search.set({ state: picked === state ? null : state, offset: null })}
            >
              <StateBadge state={state} count={count} />
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}

export function RunSummary({ dag_id, dag_run_id }: { dag_id: string; dag_run_id: string }) {
  const { data: run } = useQuery(runQuery(dag_id, dag_run_id));
  const conf = run?.conf ?? {};
  return (
    <div className={styles.summary}>
      <RunProgress dag_id={dag_id} dag_run_id={dag_run_id} />
      {run && <RunNote run={run} />}
      {Object.keys(conf).length > 0 && (
        <details className={styles.conf}>
          <summary>{t('conf_of', { count: Object.keys(conf).length })}</summary>
          <JsonTree value={conf} open={1} />
        </details>
      )}
    </div>
  );
}
