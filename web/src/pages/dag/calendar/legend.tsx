import { lookOf, stateColor } from '../../../ui/states';
import styles from './calendar.module.css';
import { CALENDAR_STATES } from './days';
import { t } from './text';

export function Legend() {
  return (
    <ul className={styles.legend}>
      {CALENDAR_STATES.map((state) => (
        <li key={state}>
          <span className={styles.cell} aria-hidden>
            <i data-state={state} style={{ flexGrow: 1, '--state': stateColor(state) }} />
          </span>
          {lookOf(state).label}
        </li>
      ))}
      <li>
        <span className={`${styles.cell} ${styles.planned}`} aria-hidden />
        {t('planned_legend')}
      </li>
      <li>
        <span className={`${styles.cell} ${styles.today}`} aria-hidden />
        {t('today')}
      </li>
      <li>
        <span className={styles.cell} aria-hidden />
        {t('no_runs')}
      </li>
    </ul>
  );
}
