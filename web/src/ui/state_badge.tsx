// States: StateBadge (icon and word), StateDot (icon or letter alone, its word for readers and in a tooltip), RunStrip.
import { Link } from '../app/navigation';
import { runPath } from '../app/paths';
import { language } from '../i18n/text';
import { classes } from './classes';
import { Tooltip } from './tooltip';
import { lookOf, stateColor, stateInk, t } from './states';
import styles from './state_badge.module.css';
import { Duration } from './time';
import { shortTimeOf } from '../app/zones';

type State = string | null | undefined;
const colours = (state: State) => ({ background: stateColor(state), color: stateInk(state) });

export function StateBadge({ state, count }: { state: State; count?: number }) {
  const { icon: Icon, label, name } = lookOf(state);
  return (
    <span className={styles.badge} data-state={name}>
      <span className={classes(styles.mark, name === 'running' && styles.running)} style={colours(state)} aria-hidden>
        <Icon />
      </span>
      {label}
      {count !== undefined && <span className={styles.count}>{new Intl.NumberFormat(language()).format(count)}</span>}
    </span>
  );
}

export function StateDot({ state, letter = false, title }: { state: State; letter?: boolean; title?: string }) {
  const { icon: Icon, label, name, letter: sign } = lookOf(state);
  return (
    <span
      className={classes(styles.mark, name === 'running' && styles.running)}
      style={colours(state)}
      data-state={name}
      role="img"
      aria-label={title ?? label}
    >
      {letter ? sign : <Icon aria-hidden />}
    </span>
  );
}

export interface StripRun {
  dag_run_id: string;
  state: string;
  run_type: string;
  run_after: string;
  start_date: string | null;
  end_date: string | null;
}

/** The last runs, oldest first: each a link to its run. `runs` as the API gives them, newest first. */
export function RunStrip({ dag_id, runs }: { dag_id: string; runs: readonly StripRun[] }) {
  return (
    <ol className={styles.strip}>
      {runs.toReversed().map((run) => {
        const { icon: Icon, label, name } = lookOf(run.state);
        return (
          <li key={run.dag_run_id}>
            <Tooltip
              content={
                <>
                  <b>{label}</b> · {run.dag_run_id}
                  <br />
                  {shortTimeOf(run.run_after)} · <Duration start={run.start_date} end={run.end_date} />
                </>
              }
            >
              <Link
                to={runPath(dag_id, run.dag_run_id)}
                className={classes(styles.step, name === 'running' && styles.running)}
                style={colours(run.state)}
                data-state={name}
                aria-label={t('run_of', { state: label, time: shortTimeOf(run.run_after) })}
              >
                <Icon aria-hidden />
              </Link>
            </Tooltip>
          </li>
        );
      })}
    </ol>
  );
}

export function StateLegend({ states }: { states: readonly State[] }) {
  return (
    <ul className={styles.legend}>
      {states.map((state) => (
        <li key={state ?? 'none'}>
          <StateBadge state={state} />
        </li>
      ))}
    </ul>
  );
}
