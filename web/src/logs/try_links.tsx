// The tries of a task instance, each a link to its log.
import { Link } from '../app/navigation';
import { StateDot } from '../ui/state_badge';
import { lookOf } from '../ui/states';
import styles from './logs.module.css';
import { t } from './text';

interface TryLinksProps {
  tries: readonly { try_number: number; state: string | null }[];
  current: number;
  linkTo: (try_number: number) => string;
}

export function TryLinks({ tries, current, linkTo }: TryLinksProps) {
  return (
    <nav aria-label={t('tries')}>
      <ul className={styles.tries}>
        {tries.map(({ try_number, state }) => (
          <li key={try_number}>
            <Link
              to={linkTo(try_number)}
              className={styles.try}
              aria-current={try_number === current ? 'page' : undefined}
              aria-label={t('current_try', { label: t('try', { number: try_number }), state: lookOf(state).label })}
            >
              <StateDot state={state} />
              {tries.length > 6 ? try_number : t('try', { number: try_number })}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}
