// The lines under the title: try, duration against the usual, where it ran, why it waits or why it ended.
import { useQuery } from '@tanstack/react-query';
import { CircleAlert, Hourglass } from 'lucide-react';
import { Link } from '../../app/navigation';
import { taskPath } from '../../app/paths';
import { durationOf } from '../../app/zones';
import { shownLine } from '../../logs/log_line';
import { parseAnsi } from '../../logs/segments';
import { ReasonText } from '../../ui/reason';
import { isFinished } from '../../ui/states';
import { Duration, TimeText } from '../../ui/time';
import { waitingQuery } from '../../api/queries/dag_run';
import { type TaskInstance } from '../../api/queries/task_instance';
import { firstErrorQuery, linksQuery, reasonsQuery, usualQuery } from './queries';
import styles from './task_instance.module.css';
import { TaskNote } from './task_note';
import { t } from './text';

const Fact = ({ name, children }: { name: string; children: React.ReactNode }) => (
  <div className={styles.fact}>
    <dt>{name}</dt>
    <dd>{children}</dd>
  </div>
);

function Usual({ task }: { task: TaskInstance }) {
  const usual = useQuery(usualQuery(task)).data;
  return typeof usual === 'number' ? (
    <span className={styles.faint}> {t('usually', { duration: durationOf(usual) })}</span>
  ) : null;
}

/** Why it has not started. */
function Waits({ task }: { task: TaskInstance }) {
  const waiting = useQuery(waitingQuery(task.dag_id, task.dag_run_id)).data;
  const why = waiting?.task_instances.find(
    (each) => each.task_id === task.task_id && each.map_index === task.map_index,
  );
  const text = why?.reason ?? waiting?.run;
  if (!waiting || !text) return null;
  return (
    <p className={styles.reason}>
      <Hourglass aria-hidden />
      {t.rich('waits_because', { reason: <ReasonText reason={why ?? waiting} text={text} /> })}
    </p>
  );
}

/** Why the last try ended as it did: the scheduler's sentence, and the first error of its log. */
function Ended({ task }: { task: TaskInstance }) {
  const reasons = useQuery(reasonsQuery(task)).data ?? [];
  const reason = reasons.find((each) => each.try_number === task.try_number)?.reason;
  const has_log = task.start_date !== null && (task.state === 'failed' || task.state === 'up_for_retry');
  const error = useQuery({ ...firstErrorQuery(task, task.try_number), enabled: has_log }).data;
  if (!reason && !error) return null;
  const shown = error && shownLine(error.line);
  const last_of_trace = shown?.trace.slice(shown.trace.lastIndexOf('\n') + 1);
  const told = shown && parseAnsi(last_of_trace || shown.text).text.slice(0, 500);
  return (
    <div className={styles.reason} data-kind="failed">
      <CircleAlert aria-hidden />
      <div>
        {reason && reason !== told && <p>{reason}</p>}
        {shown && error && (
          <p>
            <Link to={`${taskPath(task)}#L${error.number + 1}`}>{t('log_line', { number: error.number + 1 })}</Link>{' '}
            <code>{told}</code>
          </p>
        )}
      </div>
    </div>
  );
}

function ExtraLinks({ task }: { task: TaskInstance }) {
  const links = Object.entries(useQuery(linksQuery(task)).data?.extra_links ?? {}).filter(
    (link): link is [string, string] => typeof link[1] === 'string' && /^https?:\/\//.test(link[1]),
  );
  if (links.length === 0) return null;
  return (
    <Fact name={t('extra_links')}>
      {links.map(([name, url]) => (
        <a key={name} href={url} target="_blank" rel="noopener noreferrer" className={styles.link}>
          {name}
        </a>
      ))}
    </Fact>
  );
}

export function TaskFacts({ task }: { task: TaskInstance }) {
  const has_ended = isFinished(task.state) || task.state === 'up_for_retry';
  const is_waiting = task.state !== 'running' && !isFinished(task.state);
  return (
    <div className={styles.head}>
      <dl className={styles.facts}>
        <Fact name={t('try')}>{t('try_of', { number: task.try_number, most: task.max_tries + 1 })}</Fact>
        <Fact name={t('started')}>
          <TimeText value={task.start_date} />
        </Fact>
        <Fact name={t('duration')}>
          <Duration start={task.start_date} end={task.end_date} />
          {task.start_date && <Usual task={task} />}
        </Fact>
        <Fact name={t('operator')}>{task.operator_name ?? task.operator ?? '–'}</Fact>
        <Fact name={t('pool')}>
          <Link to="/pools">{task.pool}</Link>
          {task.pool_slots > 1 && <span className={styles.faint}> {t('slots', { count: task.pool_slots })}</span>}
        </Fact>
        {task.hostname && (
          <Fact name={t('host')}>
            {task.hostname}
            {task.pid !== null && <span className={styles.faint}> {t('pid', { pid: String(task.pid) })}</span>}
          </Fact>
        )}
        <ExtraLinks task={task} />
      </dl>
      {is_waiting && <Waits task={task} />}
      {has_ended && <Ended task={task} />}
      <TaskNote task={task} />
    </div>
  );
}
