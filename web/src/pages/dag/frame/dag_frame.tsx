// A DAG's page: who it is, whether and when it runs, what is wrong with it; its views are tabs.
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Outlet } from '@tanstack/react-router';
import { Star } from 'lucide-react';
import { serverUrl } from '../../../app/base';
import { Link, useIdlePreload, useParams, useSearch } from '../../../app/navigation';
import { dagsPath, withSearch } from '../../../app/paths';
import { fillPath, tabRoutes } from '../../../app/routes';
import { useMay } from '../../../app/session';
import { TriggerButton } from '../../../trigger/trigger_button';
import { ButtonLink, IconButton } from '../../../ui/button';
import { classes } from '../../../ui/classes';
import { ErrorState, Loading, Notice } from '../../../ui/feedback';
import { Switch } from '../../../ui/field';
import { LinkTabs, Page, Tag } from '../../../ui/layout';
import { Tooltip } from '../../../ui/tooltip';
import { scheduleInWords } from '../../../ui/schedule';
import { TimeText } from '../../../ui/time';
import { toast } from '../../../ui/toast';
import styles from './frame.module.css';
import { Owners } from './owners';
import { dagQuery, setFavorite, setPaused, type DagDetails } from '../../../api/queries/dag';
import { t } from './text';

/** Shows the change before the server has answered; a refusal takes it back. */
function useDagChange(dag: DagDetails) {
  const client = useQueryClient();
  const { queryKey } = dagQuery(dag.dag_id);
  return async (change: Partial<DagDetails>, work: () => Promise<unknown>, what: string) => {
    const before = Object.fromEntries(Object.keys(change).map((name) => [name, dag[name as keyof DagDetails]]));
    client.setQueryData<DagDetails>(queryKey, (shown) => shown && { ...shown, ...change });
    try {
      await work();
    } catch (error) {
      client.setQueryData<DagDetails>(queryKey, (shown) => shown && { ...shown, ...before });
      toast.failed(error, what);
    }
  };
}

function PauseSwitch({ dag }: { dag: DagDetails }) {
  const may_pause = useMay('user');
  const change = useDagChange(dag);
  if (!may_pause) return <span>{dag.is_paused ? t('paused') : t('active')}</span>;
  return (
    <Switch
      checked={!dag.is_paused}
      label={t('is_active', { name: dag.dag_display_name })}
      onChange={(on) =>
        void change({ is_paused: !on }, () => setPaused(dag.dag_id, !on), on ? t('unpause') : t('pause'))
      }
    >
      {dag.is_paused ? t('paused') : t('active')}
    </Switch>
  );
}

function Favorite({ dag }: { dag: DagDetails }) {
  const change = useDagChange(dag);
  const on = !dag.is_favorite;
  return (
    <IconButton
      icon={Star}
      label={t('favorite')}
      pressed={dag.is_favorite}
      className={classes(dag.is_favorite && styles.starred)}
      onClick={() => void change({ is_favorite: on }, () => setFavorite(dag.dag_id, on), t('favorite'))}
    />
  );
}

const Schedule = ({ dag }: { dag: DagDetails }) => (
  <span className={styles.fact}>
    <Tooltip content={dag.timetable_summary ? t('schedule', { summary: dag.timetable_summary }) : t('no_schedule')}>
      <span tabIndex={0}>
        {scheduleInWords({
          timetable_summary: dag.timetable_summary,
          schedule_in_words: dag.timetable_description ?? dag.timetable_summary ?? '',
        })}
      </span>
    </Tooltip>
    {dag.next_dagrun_run_after && !dag.is_paused && (
      <span>{t.rich('next_run', { time: <TimeText value={dag.next_dagrun_run_after} form="relative" /> })}</span>
    )}
  </span>
);

function Banners({ dag }: { dag: DagDetails }) {
  const file = dag.relative_fileloc ?? dag.fileloc;
  return (
    <>
      {dag.has_import_errors && (
        <Notice kind="danger">
          {t('import_error', { file })}{' '}
          <ButtonLink small to="/import_errors">
            {t('see_import_error')}
          </ButtonLink>
        </Notice>
      )}
      {dag.is_stale && <Notice kind="warning">{t('is_stale', { file })}</Notice>}
      {dag.is_paused && !dag.is_stale && dag.active_runs_count > 0 && <Notice kind="warning">{t('is_paused')}</Notice>}
    </>
  );
}

function Tabs({ dag_id }: { dag_id: string }) {
  // Its layouts need ELK, 1.6 MB of code in a worker, which is the longest wait of all views.
  useIdlePreload(new URL(serverUrl(fillPath('/dags/$dag_id/graph', { dag_id })), location.href).pathname);
  // The run that one looks at stays chosen from view to view.
  const dag_run_id = useSearch().get('dag_run_id');
  const tabs = tabRoutes('/dags/$dag_id').map(({ path, tab }) => ({
    to: withSearch(fillPath(path, { dag_id }), { dag_run_id }),
    label: tab.label(),
    ...(tab.icon && { icon: tab.icon }),
  }));
  return <LinkTabs label={t('views')} tabs={tabs} />;
}

export default function DagFrame() {
  const { dag_id = '' } = useParams();
  const { data: dag, error, refetch } = useQuery(dagQuery(dag_id));
  const crumbs = [{ label: t('dags'), to: dagsPath() }];
  if (!dag)
    return (
      <Page title={dag_id} crumbs={crumbs}>
        {error ? <ErrorState error={error} onRetry={() => void refetch()} /> : <Loading />}
      </Page>
    );
  return (
    <Page
      crumbs={crumbs}
      title={dag.dag_display_name}
      aside={
        <>
          <PauseSwitch dag={dag} />
          <Schedule dag={dag} />
          <Owners dag={dag} />
          {dag.tags.map(({ name }) => (
            <Link
              key={name}
              to={dagsPath({ tags: name })}
              className={styles.tag}
              aria-label={t('tag_is', { tag: name })}
            >
              <Tag>{name}</Tag>
            </Link>
          ))}
        </>
      }
      actions={
        <>
          <Favorite dag={dag} />
          {!dag.is_stale && <TriggerButton dag_id={dag_id} />}
        </>
      }
    >
      {dag.description && <p className={styles.description}>{dag.description}</p>}
      <Banners dag={dag} />
      <Tabs dag_id={dag_id} />
      <Outlet />
    </Page>
  );
}
