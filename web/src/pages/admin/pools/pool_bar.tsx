import { Link } from '../../../app/navigation';
import { withSearch } from '../../../app/paths';
import { StateDot } from '../../../ui/state_badge';
import { t } from '../text';
import { UNLIMITED, usePartsOf, type Pool, type UseState } from './pool';
import styles from './pools.module.css';

const tasksPath = (pool: string, task_state: UseState): string => withSearch('/task_instances', { pool, task_state });

/** A pool's use: what runs and waits in it, each a link to its task instances. */
export function PoolBar({ pool }: { pool: Pool }) {
  const { parts, open } = usePartsOf(pool);
  const told: [UseState, number][] = [
    ['running', pool.running_slots],
    ['queued', pool.queued_slots],
    ['scheduled', pool.scheduled_slots],
    ['deferred', pool.deferred_slots],
  ];
  return (
    <div className={styles.use}>
      <div className={styles.bar} aria-hidden>
        {parts.map(({ state, slots, share }) => (
          <span
            key={state}
            className={styles.part}
            style={{
              flexGrow: share * 1000,
              background: `var(--state-${state})`,
              color: `var(--state-${state}-ink)`,
            }}
          >
            {slots}
          </span>
        ))}
        {open > 0 && <span style={{ flexGrow: open * 1000 }} />}
      </div>
      <span className={styles.legend}>
        <span>{pool.slots === UNLIMITED ? t('no_limit') : t('open_slots', { count: pool.open_slots })}</span>
        {told
          .filter(([, slots]) => slots > 0)
          .map(([state, slots]) => (
            <Link key={state} to={tasksPath(pool.name, state)}>
              <StateDot state={state} /> {t(`slots_${state}`, { count: slots })}
            </Link>
          ))}
      </span>
    </div>
  );
}
