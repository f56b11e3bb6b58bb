// What stands around every page: navigation, search, settings, the connection's banner. Only for who is logged in.
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Outlet } from '@tanstack/react-router';
import { CircleHelp, Menu as MenuIcon, Search, X } from 'lucide-react';
import { lazy, Suspense, useEffect, useRef, useState } from 'react';
import { startEvents } from '../api/events';
import { startLive } from '../api/live';
import { IconButton } from '../ui/button';
import { ErrorState } from '../ui/feedback';
import { Kbd } from '../ui/layout';
import { ConnectionBanner } from './banner';
import styles from './frame.module.css';
import { PagePending } from './fallbacks';
import { useKeys } from './keyboard';
import { Link, useNavigate, usePath } from './navigation';
import { NavList } from './nav_list';
import { navRoutes } from './routes';
import { meQuery, useMe } from './session';
import { SettingsMenu } from './settings_menu';
import { t } from './text';
import { useDocumentTitle } from './title';
import { UserMenu } from './user_menu';
import { setServerZone } from './zones';

const loadSearch = () => import('./search_dialog');
const SearchDialog = lazy(loadSearch);
const HelpDialog = lazy(() => import('./help_dialog'));

/** The search is fetched while one reads the first page: who types at once after `/` loses no letter. */
function usePreloadedSearch() {
  useEffect(() => {
    // It is only ahead of time: where it fails, opening the search tries again and tells.
    const timer = setTimeout(() => void loadSearch().catch(() => undefined), 300);
    return () => clearTimeout(timer);
  }, []);
}

function useSession() {
  const me = useQuery(meQuery);
  const client = useQueryClient();
  const username = me.data?.username;
  const last_event_id = me.data?.last_event_id;
  if (me.data) setServerZone(me.data.default_timezone);
  useEffect(() => {
    if (username === undefined || last_event_id === undefined) return undefined;
    startEvents(last_event_id);
    return startLive(client);
  }, [client, username, last_event_id]);
  return me;
}

export function Frame() {
  const me = useSession();
  if (me.error && me.error.status !== 401) return <ErrorState error={me.error} onRetry={() => void me.refetch()} />;
  return me.data ? <FrameOfUser /> : <PagePending />;
}

function FrameOfUser() {
  const [dialog, setDialog] = useState<'search' | 'help' | 'nav'>();
  const path = usePath();
  const main = useRef<HTMLElement>(null);
  useFrameKeys(setDialog);
  usePreloadedSearch();
  useEffect(() => setDialog(undefined), [path]);
  const close = (open: boolean) => setDialog(open ? dialog : undefined);

  return (
    <div className={styles.frame}>
      <a
        className={styles.skip}
        href="#main"
        onClick={(event) => {
          event.preventDefault(); // with <base href>, '#main' would be another page
          main.current?.focus();
        }}
      >
        {t('skip')}
      </a>
      <header className={styles.top}>
        <IconButton
          className={styles.burger ?? ''}
          label={dialog === 'nav' ? t('close_nav') : t('open_nav')}
          icon={dialog === 'nav' ? X : MenuIcon}
          aria-expanded={dialog === 'nav'}
          onClick={() => setDialog(dialog === 'nav' ? undefined : 'nav')}
        />
        <Link to="/" className={styles.brand} aria-label={t('home_link')}>
          <Logo />
          Gale
        </Link>
        <button
          type="button"
          className={styles.search}
          aria-label={t('search')}
          onClick={() => setDialog('search')}
          aria-haspopup="dialog"
        >
          <Search aria-hidden />
          <span>{t('search')}</span>
          <Kbd keys="/" />
        </button>
        <div className={styles.tools}>
          <IconButton
            label={t('help')}
            icon={CircleHelp}
            className={styles.wideOnly ?? ''}
            onClick={() => setDialog('help')}
          />
          <SettingsMenu />
          <UserMenu />
        </div>
      </header>
      <nav className={styles.side} aria-label={t('navigation')} data-open={dialog === 'nav' || undefined}>
        <NavList />
        <Version />
      </nav>
      <Announced />
      <main id="main" className={styles.main} ref={main} tabIndex={-1}>
        <ConnectionBanner />
        <Suspense fallback={<PagePending />}>
          <Outlet />
        </Suspense>
      </main>
      <Suspense>
        {dialog === 'search' && <SearchDialog onOpenChange={close} />}
        {dialog === 'help' && <HelpDialog onOpenChange={close} />}
      </Suspense>
    </div>
  );
}

function useFrameKeys(open: (dialog: 'search' | 'help') => void) {
  const navigate = useNavigate();
  const group = t('everywhere');
  useKeys([
    { keys: '/', label: t('search'), group, run: () => open('search') },
    { keys: 'ctrl+k', label: t('search'), group, run: () => open('search'), always: true },
    { keys: '?', label: t('help'), group, run: () => open('help') },
    ...navRoutes()
      .filter(({ nav }) => nav.key)
      .map(({ nav, path }) => ({
        keys: `g ${nav.key}`,
        label: nav.label(),
        group: t('go_to'),
        run: () => navigate(path),
      })),
  ]);
}

/** Tells who hears the page that another has come. */
const Announced = () => (
  <p className="visually-hidden" aria-live="polite">
    {useDocumentTitle()}
  </p>
);

const Version = () => <p className={styles.version}>Gale {useMe()?.version}</p>;

export const Logo = () => (
  <svg viewBox="0 0 32 32" aria-hidden className={styles.logo}>
    <path d="M3 12h15a4.5 4.5 0 1 0-4.2-6M3 18h22a4 4 0 1 1-3.7 5.6M3 24h10a3 3 0 1 1-2.8 4.2" />
  </svg>
);
