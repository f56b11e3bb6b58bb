import { Fragment } from 'react';
import { classes } from '../ui/classes';
import { Kbd } from '../ui/layout';
import { Link, usePath } from './navigation';
import styles from './nav_list.module.css';
import { navRoutes } from './routes';
import { mayAct, useMe } from './session';
import { t } from './text';

const GROUPS = ['work', 'admin'] as const;

/** The pages that one may see, in their groups. */
export function NavList() {
  const me = useMe();
  const path = usePath();
  const seen = navRoutes().filter((route) => mayAct(me?.role, route.role ?? 'viewer'));
  return GROUPS.map((group) => {
    const entries = seen.filter(({ nav }) => nav.group === group);
    if (entries.length === 0) return null;
    return (
      <Fragment key={group}>
        {group === 'admin' && <h2 className={styles.heading}>{t('admin')}</h2>}
        <ul className={styles.list}>
          {entries.map(({ path: to, nav }) => {
            const here = to === '/' ? path === '/' : path === to || path.startsWith(`${to}/`);
            return (
              <li key={to}>
                <Link to={to} className={classes(styles.entry)} aria-current={here ? 'page' : undefined}>
                  <nav.icon aria-hidden />
                  {nav.label()}
                  {nav.key && (
                    <span className={styles.key} aria-hidden>
                      <Kbd keys={`g ${nav.key}`} />
                    </span>
                  )}
                </Link>
              </li>
            );
          })}
        </ul>
      </Fragment>
    );
  });
}
