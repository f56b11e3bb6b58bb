import { Link } from '../../app/navigation';
import { dagsPath } from '../../app/paths';
import { language } from '../../i18n/text';
import { Card } from '../../ui/layout';
import { StateBadge } from '../../ui/state_badge';
import { DAG_RUN_STATES, lookOf, stateColor, TASK_STATES } from '../../ui/states';
import styles from './home.module.css';
import { t } from './text';

/** How many are in each state, with a bar of their shares. */
export function StateCounts({
  title,
  states,
  runs = false,
}: {
  title: string;
  states: Record<string, number>;
  runs?: boolean;
}) {
  const known: readonly string[] = runs ? DAG_RUN_STATES : Object.keys(TASK_STATES);
  const there = [...known, ...Object.keys(states).filter((name) => !known.includes(name))].filter(
    (name) => (states[name] ?? 0) > 0,
  );
  const sum = there.reduce((total, name) => total + (states[name] ?? 0), 0);
  return (
    <Card title={title} actions={<span className={styles.sum}>{new Intl.NumberFormat(language()).format(sum)}</span>}>
      {sum === 0 ? (
        <p className={styles.quiet}>{t('nothing_in_window')}</p>
      ) : (
        <>
          <div className={styles.shares} aria-hidden>
            {there.map((name) => (
              <span
                key={name}
                style={{ flexGrow: states[name], background: stateColor(name) }}
                title={lookOf(name).label}
              />
            ))}
          </div>
          <ul className={styles.counts}>
            {there.map((name) => {
              const badge = <StateBadge state={name} count={states[name] ?? 0} />;
              return <li key={name}>{runs ? <Link to={dagsPath({ state: name })}>{badge}</Link> : badge}</li>;
            })}
          </ul>
        </>
      )}
    </Card>
  );
}
