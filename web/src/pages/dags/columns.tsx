import { FileWarning, Star, Trash2, Ellipsis, RotateCcw } from 'lucide-react';
import { setFavorite, setPaused } from '../../api/queries/dag';
import { Link } from '../../app/navigation';
import { dagPath, dagsPath, runPath } from '../../app/paths';
import { useMay } from '../../app/session';
import { IconButton } from '../../ui/button';
import { classes } from '../../ui/classes';
import { Switch } from '../../ui/field';
import { Menu } from '../../ui/overlay';
import { Tooltip } from '../../ui/tooltip';
import { hasSchedule, scheduleInWords } from '../../ui/schedule';
import { TriggerButton } from '../../trigger/trigger_button';
import { RunStrip, StateBadge } from '../../ui/state_badge';
import type { Column } from '../../ui/table';
import { Duration, TimeText } from '../../ui/time';
import { toast } from '../../ui/toast';
import type { ActionName } from './actions';
import type { Dag } from './dag';
import styles from './dags.module.css';
import { useDagPatch } from './queries';
import { t } from './text';

function Favorite({ dag }: { dag: Dag }) {
  const patch = useDagPatch();
  const toggle = async () => {
    patch(dag.dag_id, { is_favorite: !dag.is_favorite });
    try {
      await setFavorite(dag.dag_id, !dag.is_favorite);
    } catch (error) {
      patch(dag.dag_id, { is_favorite: dag.is_favorite });
      toast.failed(error, t('favorite_what', { name: dag.dag_display_name }));
    }
  };
  return (
    <IconButton
      className={classes(styles.star, dag.is_favorite && styles.starred)}
      label={t('favorite_what', { name: dag.dag_display_name })}
      icon={Star}
      pressed={dag.is_favorite}
      onClick={() => void toggle()}
    />
  );
}

function Paused({ dag }: { dag: Dag }) {
  const patch = useDagPatch();
  const may_pause = useMay('user');
  const toggle = async (on: boolean) => {
    patch(dag.dag_id, { is_paused: !on });
    try {
      await setPaused(dag.dag_id, !on);
    } catch (error) {
      patch(dag.dag_id, { is_paused: on });
      toast.failed(error, on ? t('unpause') : t('pause'));
    }
  };
  if (!may_pause) return dag.is_paused ? <span className={styles.muted}>{t('paused')}</span> : null;
  return (
    <Switch
      label={t('runs_switch', { name: dag.dag_display_name })}
      checked={!dag.is_paused}
      onChange={(on) => void toggle(on)}
    />
  );
}

const Name = ({ dag }: { dag: Dag }) => (
  <div className={styles.name}>
    <div className={styles.nameLine}>
      <Link to={dagPath(dag.dag_id)} className={styles.dagLink} data-paused={dag.is_paused || undefined}>
        {dag.dag_display_name}
      </Link>
      {dag.has_import_errors && (
        <Tooltip content={t('has_import_errors')}>
          <Link to="/import_errors" aria-label={t('has_import_errors')} className={styles.warning}>
            <FileWarning aria-hidden />
          </Link>
        </Tooltip>
      )}
      {dag.tags.map(({ name }) => (
        <Link key={name} to={dagsPath({ tags: name })} className={styles.tag} aria-label={t('tag_is', { tag: name })}>
          <span>{name}</span>
        </Link>
      ))}
    </div>
    <div className={styles.detail}>
      {dag.owners.map((owner) => (
        <Link
          key={owner}
          to={dagsPath({ owners: owner })}
          className={styles.owner}
          aria-label={t('owner_is', { owner })}
        >
          {owner}
        </Link>
      ))}
      {dag.description && <span className={styles.description}>{dag.description}</span>}
    </div>
  </div>
);

const Schedule = ({ dag }: { dag: Dag }) => (
  <div className={styles.two}>
    <Tooltip content={dag.timetable_summary ?? t('no_schedule')}>
      <span tabIndex={0} className={hasSchedule(dag.timetable_summary) ? undefined : styles.never}>
        {scheduleInWords(dag)}
      </span>
    </Tooltip>
    {dag.next_dagrun_run_after && !dag.is_paused && (
      <span className={styles.muted}>
        {t.rich('next', { time: <TimeText value={dag.next_dagrun_run_after} form="relative" /> })}
      </span>
    )}
  </div>
);

function LastRun({ dag }: { dag: Dag }) {
  const run = dag.latest_dag_runs[0];
  if (!run) return <span className={styles.muted}>{t('never_ran')}</span>;
  return (
    <div className={styles.two}>
      <Link to={runPath(dag.dag_id, run.dag_run_id)} className={styles.plain}>
        <StateBadge state={run.state} />
      </Link>
      <span className={styles.muted}>
        <TimeText value={run.end_date ?? run.start_date ?? run.run_after} form="relative" />
        {run.start_date && (
          <>
            {' · '}
            <Duration start={run.start_date} end={run.end_date} />
          </>
        )}
      </span>
    </div>
  );
}

function Actions({ dag, onAction }: { dag: Dag; onAction: (action: ActionName, dag: Dag) => void }) {
  const may_act = useMay('user');
  if (!may_act) return <Favorite dag={dag} />;
  return (
    <span className={styles.actions}>
      <Favorite dag={dag} />
      <TriggerButton small dag_id={dag.dag_id} />
      <Menu
        trigger={<IconButton label={t('more_for', { name: dag.dag_display_name })} icon={Ellipsis} />}
        items={[
          dag.latest_dag_runs[0]?.state === 'failed' && {
            label: t('clear_failed'),
            icon: RotateCcw,
            onSelect: () => onAction('clear_failed', dag),
          },
          { label: t('delete'), icon: Trash2, danger: true, onSelect: () => onAction('delete', dag) },
        ]}
      />
    </span>
  );
}

export const columnsOf = (onAction: (action: ActionName, dag: Dag) => void): Column<Dag>[] => [
  { id: 'paused', label: t('on'), hideLabel: true, width: '3rem', cell: (dag) => <Paused dag={dag} /> },
  { id: 'name', label: 'DAG', sort: 'dag_id', narrow: 'title', cell: (dag) => <Name dag={dag} /> },
  { id: 'schedule', label: t('schedule'), sort: 'next_dagrun', width: '13rem', cell: (dag) => <Schedule dag={dag} /> },
  {
    id: 'runs',
    label: t('last_runs'),
    width: '16.5rem',
    cell: (dag) => <RunStrip dag_id={dag.dag_id} runs={dag.latest_dag_runs} />,
  },
  {
    id: 'last',
    label: t('last_run'),
    sort: 'last_run_start_date',
    width: '13rem',
    cell: (dag) => <LastRun dag={dag} />,
  },
  {
    id: 'actions',
    label: t('actions'),
    hideLabel: true,
    width: '7.5rem',
    cell: (dag) => <Actions dag={dag} onAction={onAction} />,
  },
];
