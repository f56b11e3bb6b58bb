import { stateColor } from '../../../ui/states';
import styles from './gantt.module.css';
import { t } from './text';

/** What the parts of a bar say. */
export function Legend() {
  return (
    <ul className={styles.legend}>
      {(['scheduled', 'queued', 'running'] as const).map((phase) => (
        <li key={phase}>
          <span className={styles.try} aria-hidden>
            <i
              className={styles[phase]}
              style={phase === 'running' ? { background: stateColor('success') } : undefined}
            />
          </span>
          {phase === 'running' ? t('running_legend') : t(phase)}
        </li>
      ))}
    </ul>
  );
}
