import { Link } from '../../app/navigation';
import { withSearch } from '../../app/paths';
import { Card } from '../../ui/layout';
import { pageRoutes } from '../../app/routes';
import styles from './home.module.css';
import type { Dashboard } from './queries';
import { t } from './text';

type Pool = Dashboard['pools'][number];

const isInfinite = (pool: Pool) => pool.slots < 0;
/** Waiting first, then by what is occupied of the slots. */
const pressure = (pool: Pool) => pool.waiting * 1000 + (isInfinite(pool) ? 0 : pool.occupied / Math.max(1, pool.slots));

export function Pools({ pools }: { pools: readonly Pool[] }) {
  const has_page = pageRoutes.some((route) => route.path === '/pools');
  return (
    <Card title={t('pools')}>
      <ul className={styles.pools}>
        {pools
          .toSorted((a, b) => pressure(b) - pressure(a))
          .map((pool) => (
            <li key={pool.name} data-look={pool.waiting > 0 ? 'waiting' : undefined}>
              {has_page ? (
                <Link to={withSearch('/pools', { q: pool.name })}>{pool.name}</Link>
              ) : (
                <span>{pool.name}</span>
              )}
              <span className={styles.figures}>
                {isInfinite(pool)
                  ? t('occupied_of_any', { occupied: pool.occupied })
                  : t('occupied_of', { occupied: pool.occupied, slots: pool.slots })}
                {pool.waiting > 0 && <b>{t('waiting', { count: pool.waiting })}</b>}
              </span>
              <meter
                aria-label={t('pool_use', { name: pool.name })}
                min={0}
                max={Math.max(1, pool.slots)}
                value={isInfinite(pool) ? 0 : pool.occupied}
              />
            </li>
          ))}
      </ul>
    </Card>
  );
}
