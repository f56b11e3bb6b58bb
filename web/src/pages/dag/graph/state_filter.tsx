// How many tasks are in each state: the graph's legend, and its filter.
import { useSearch } from '../../../app/navigation';
import { StateBadge } from '../../../ui/state_badge';
import styles from './graph.module.css';
import { BY_WEIGHT, countStates, type TaskLooks } from './task_states';
import { t } from './text';

export function StateFilter({ looks, task_ids }: { looks: TaskLooks; task_ids: readonly string[] }) {
  const search = useSearch();
  const chosen = search.all('state');
  const counts = countStates(looks, task_ids);
  const states = BY_WEIGHT.filter((state) => (counts[state] ?? 0) > 0 || chosen.includes(state));
  if (states.length === 0) return null;
  const toggle = (state: string) =>
    search.set({ state: chosen.includes(state) ? chosen.filter((each) => each !== state) : [...chosen, state] });
  return (
    <div className={styles.states} role="group" aria-label={t('states')}>
      {states.map((state) => (
        <button key={state} type="button" aria-pressed={chosen.includes(state)} onClick={() => toggle(state)}>
          <StateBadge state={state} count={counts[state] ?? 0} />
        </button>
      ))}
    </div>
  );
}
