// The run or the task instance that is selected: its state, its times against the usual, why it waits, the ways on.
import { useQuery } from '@tanstack/react-query';
import { Ellipsis, X } from 'lucide-react';
import { useActions } from '../../../actions/use_actions';
import type { Target } from '../../../actions/target';
import { dagPath, runPath, taskPath } from '../../../app/paths';
import { durationOf } from '../../../app/zones';
import { Button, ButtonLink, IconButton } from '../../../ui/button';
import { Notice } from '../../../ui/feedback';
import { KeyValues } from '../../../ui/layout';
import { Menu } from '../../../ui/overlay';
import { StateBadge } from '../../../ui/state_badge';
import { isFinished } from '../../../ui/states';
import { Duration, TimeText } from '../../../ui/time';
import { waitingQuery, type Waiting } from '../../../api/queries/dag_run';
import { taskQuery } from '../../../api/queries/task_instance';
import { ReasonText } from '../../../ui/reason';
import { RunType } from '../frame/run_type';
import { durationsQuery, type GridRun } from '../queries';
import { States } from './card';
import styles from './grid.module.css';
import { countsOf, letterOf, type GridRow } from './rows';
import { t } from './text';

const MOST_WAITING = 5;
const RUNS_FOR_USUAL = 20;

interface PanelProps {
  dag_id: string;
  run: GridRun;
  row: GridRow | undefined;
  /** Those of the row that the run has. */
  task_ids: readonly string[];
  onClose: () => void;
}

const Usually = ({ seconds }: { seconds: number | null | undefined }) =>
  typeof seconds === 'number' && <span className={styles.usual}> ({t('usually', { time: durationOf(seconds) })})</span>;

function medianOf(values: readonly (number | null)[]): number | undefined {
  const known = values.filter((value) => value !== null).toSorted((a, b) => a - b);
  if (known.length === 0) return undefined;
  const middle = known.length >> 1;
  const upper = known[middle] ?? 0;
  return known.length % 2 === 1 ? upper : ((known[middle - 1] ?? 0) + upper) / 2;
}

function Actions({ target, note }: { target: Target; note?: string | null }) {
  const actions = useActions(target, note === undefined ? {} : { note });
  if (actions.items.length === 0) return null;
  return (
    <>
      <Menu align="start" trigger={<Button icon={Ellipsis}>{t('actions')}</Button>} items={actions.items} />
      {actions.dialog}
    </>
  );
}

/** The tasks of the run that wait, the first few with their reasons. */
function WaitingTasks({ waiting }: { waiting: Waiting }) {
  const { task_instances } = waiting;
  if (task_instances.length === 0) return null;
  return (
    <section className={styles.waiting}>
      <h3>{t('waiting_tasks', { count: task_instances.length })}</h3>
      <ul>
        {task_instances.slice(0, MOST_WAITING).map((task) => (
          <li key={`${task.task_id} ${task.map_index}`}>
            <b>{task.map_index < 0 ? task.task_id : `${task.task_id} [${task.map_index}]`}</b>{' '}
            <ReasonText reason={task} text={task.reason} />
          </li>
        ))}
      </ul>
      {task_instances.length > MOST_WAITING && <p>{t('and_more', { count: task_instances.length - MOST_WAITING })}</p>}
    </section>
  );
}

function RunPanel({ dag_id, run, waiting }: { dag_id: string; run: GridRun; waiting: Waiting | undefined }) {
  const { dag_run_id } = run;
  return (
    <>
      <div className={styles.badges} role="status">
        <StateBadge state={run.state} /> <RunType run_type={run.run_type} />
      </div>
      {!isFinished(run.state) && waiting?.run && (
        <Notice kind="warning">
          <ReasonText reason={waiting} text={waiting.run} />
        </Notice>
      )}
      <KeyValues
        items={[
          [t('due'), <TimeText key="due" value={run.run_after} />],
          [
            t('logical_date'),
            run.logical_date !== null && <TimeText key="logical" value={run.logical_date} form="full" />,
          ],
          [t('started'), <TimeText key="started" value={run.start_date} />],
          [t('ended'), <TimeText key="ended" value={run.end_date} />],
          [
            t('duration'),
            <span key="duration">
              <Duration start={run.start_date} end={run.end_date} />
              <Usually seconds={waiting?.usual_seconds} />
            </span>,
          ],
          [t('version'), run.version_number === null ? undefined : String(run.version_number)],
          [t('note'), run.note ?? undefined],
        ]}
      />
      {!isFinished(run.state) && waiting && <WaitingTasks waiting={waiting} />}
      <div className={styles.ways}>
        <ButtonLink variant="primary" to={runPath(dag_id, dag_run_id)}>
          {t('open_run')}
        </ButtonLink>
        <Actions target={{ dag_id, dag_run_id }} note={run.note} />
        <ButtonLink to={dagPath(dag_id, 'graph', { dag_run_id })}>{t('open_graph')}</ButtonLink>
        <ButtonLink to={dagPath(dag_id, 'gantt', { dag_run_id })}>{t('open_gantt')}</ButtonLink>
      </div>
    </>
  );
}

function TaskFacts({ dag_id, run, row }: { dag_id: string; run: GridRun; row: GridRow }) {
  const { data: instance } = useQuery(
    taskQuery({ dag_id, dag_run_id: run.dag_run_id, task_id: row.id, map_index: -1 }),
  );
  const usual = useQuery({
    ...durationsQuery(dag_id, RUNS_FOR_USUAL),
    select: (durations) => medianOf(durations.tasks.find((task) => task.task_id === row.id)?.seconds ?? []),
  });
  if (!instance) return null;
  return (
    <KeyValues
      items={[
        [
          t('try'),
          instance.try_number > 0 &&
            t('try_of', {
              number: instance.try_number,
              most: Math.max(instance.max_tries + 1, instance.try_number),
            }),
        ],
        [t('queued'), <TimeText key="queued" value={instance.queued_when} />],
        [t('started'), <TimeText key="started" value={instance.start_date} />],
        [t('ended'), <TimeText key="ended" value={instance.end_date} />],
        [
          t('duration'),
          <span key="duration">
            <Duration
              start={instance.start_date}
              end={instance.end_date ?? (isFinished(instance.state) ? instance.start_date : null)}
            />
            <Usually seconds={usual.data} />
          </span>,
        ],
        [t('operator'), instance.operator_name ?? undefined],
        [t('pool'), instance.pool],
        [t('note'), instance.note ?? undefined],
      ]}
    />
  );
}

function TaskPanel({
  dag_id,
  run,
  row,
  task_ids,
  waiting,
}: { waiting: Waiting | undefined; row: GridRow } & PanelProps) {
  const { dag_run_id } = run;
  const is_there = letterOf(row, run) !== '.';
  const is_mapped = row.kind === 'task' && run.mapped[row.tasks[0] ?? -1] !== undefined;
  const is_one = row.kind === 'task' && !is_mapped;
  const reasons = waiting?.task_instances.filter((task) => task.task_id === row.id) ?? [];
  const target = {
    dag_id,
    dag_run_id,
    ...(row.kind === 'task' ? { task_ids: [row.id] } : { task_ids, group_id: row.id }),
  };
  const total = Object.values(countsOf(row, run)).reduce((sum, count) => sum + count, 0);
  return (
    <>
      <div className={styles.badges} role="status">
        <States row={row} run={run} />
      </div>
      {reasons[0] && (
        <Notice kind="warning">
          <ReasonText reason={reasons[0]} text={reasons[0].reason} />
        </Notice>
      )}
      {is_one && is_there && <TaskFacts dag_id={dag_id} run={run} row={row} />}
      {!is_one && <KeyValues items={[[is_mapped ? t('instances') : t('tasks'), total]]} />}
      <div className={styles.ways}>
        {row.kind === 'task' && is_there && (
          <ButtonLink
            variant="primary"
            to={taskPath({ dag_id, dag_run_id, task_id: row.id }, is_mapped ? 'mapped' : '')}
          >
            {is_mapped ? t('open_instances') : t('open_log')}
          </ButtonLink>
        )}
        {is_there && <Actions target={target} />}
        <ButtonLink to={runPath(dag_id, dag_run_id)}>{t('open_run')}</ButtonLink>
      </div>
    </>
  );
}

export function Panel(props: PanelProps) {
  const { dag_id, run, row, onClose } = props;
  const { data: waiting } = useQuery(waitingQuery(dag_id, run.dag_run_id));
  return (
    <aside className={styles.panel} aria-label={t('details')}>
      <header>
        <h2>{row ? row.id : run.dag_run_id}</h2>
        <IconButton label={t('close_details')} icon={X} onClick={onClose} />
      </header>
      {row && <p className={styles.ofRun}>{run.dag_run_id}</p>}
      {row ? <TaskPanel {...props} row={row} waiting={waiting} /> : <RunPanel {...props} waiting={waiting} />}
    </aside>
  );
}
