// A thin bar of states by their share. Its words are in the name of what it stands on.
import { stateColor } from '../../../ui/states';
import styles from './graph.module.css';
import { BY_WEIGHT, type StateCounts } from './task_states';

export function StateBar({ counts }: { counts: StateCounts }) {
  return (
    <span className={styles.bar} aria-hidden>
      {BY_WEIGHT.map((state) => {
        const count = counts[state] ?? 0;
        return count > 0 && <span key={state} style={{ flexGrow: count, background: stateColor(state) }} />;
      })}
    </span>
  );
}
