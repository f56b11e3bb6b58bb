// Runs as bars: queued below, running above it in the colour of how it ended; the median across.
import { useNavigate } from '../../../app/navigation';
import { runPath } from '../../../app/paths';
import { durationOf, shortTimeOf } from '../../../app/zones';
import { Plot } from '../../../ui/charts/plot';
import { medianOf } from '../../../ui/charts/scale';
import { Card } from '../../../ui/layout';
import { lookOf, stateColor } from '../../../ui/states';
import styles from './charts.module.css';
import type { RunDuration } from './durations';
import { t } from './text';

export interface RunDurationsProps {
  dag_id: string;
  /** Oldest first. */
  runs: RunDuration[];
  onRange: (from: number, to: number) => void;
}

const FEW = 3;

/** "2026-03-01 12:00, Success: queued 0.1 s, ran 12 s, 1.5 × the median" */
function runInWords(run: RunDuration, median: number | null): string {
  const parts = [
    run.queued_seconds !== null && t('queued_for', { duration: durationOf(run.queued_seconds) }),
    run.run_seconds === null ? t('not_ended') : t('ran_for', { duration: durationOf(run.run_seconds) }),
    median !== null &&
      median > 0 &&
      run.run_seconds !== null &&
      t('times_median', { factor: (run.run_seconds / median).toFixed(1) }),
  ];
  return `${shortTimeOf(run.run_after)}, ${lookOf(run.state).label}: ${parts.filter(Boolean).join(', ')} · ${run.dag_run_id}`;
}

export function RunDurations({ dag_id, runs, onRange }: RunDurationsProps) {
  const navigate = useNavigate();
  const ran = runs.flatMap((run) => (run.state === 'success' && run.run_seconds !== null ? [run.run_seconds] : []));
  const median = ran.length >= FEW ? medianOf(ran) : null;
  const longest = Math.max(...runs.map((run) => (run.queued_seconds ?? 0) + (run.run_seconds ?? 0)));
  return (
    <Card
      title={t('run_durations')}
      actions={
        <ul className={styles.legend}>
          {['queued', 'success', 'failed', 'running'].map((state) => (
            <li key={state}>
              <i data-state={state} style={{ '--state': stateColor(state) }} />
              {lookOf(state).label}
            </li>
          ))}
        </ul>
      }
    >
      <Plot
        label={t('run_durations_label', { count: runs.length })}
        count={runs.length}
        longest={longest}
        mark={median === null ? null : { seconds: median, label: t('median', { duration: durationOf(median) }) }}
        placeLabel={(place) => shortTimeOf(runs[place]?.run_after ?? '')}
        reading={(place) => (runs[place] === undefined ? '' : runInWords(runs[place], median))}
        hint={t('hint')}
        onOpen={(place) => runs[place] !== undefined && navigate(runPath(dag_id, runs[place].dag_run_id))}
        onRange={onRange}
      >
        {({ x, y, band, bottom }) =>
          runs.map((run, place) => {
            const width = Math.max(1, band * 0.72);
            const left = x(place) - width / 2;
            const queued = run.queued_seconds ?? 0;
            const top = y(queued + (run.run_seconds ?? 0));
            return (
              <g key={run.dag_run_id} data-run={run.dag_run_id}>
                <rect
                  x={left}
                  width={width}
                  y={y(queued)}
                  height={bottom - y(queued)}
                  style={{ fill: stateColor('queued') }}
                />
                <rect
                  x={left}
                  width={width}
                  y={top}
                  height={Math.max(run.run_seconds === null ? 0 : 1.5, y(queued) - top)}
                  style={{ fill: stateColor(run.state) }}
                />
                {run.state === 'failed' && band > 7 && (
                  <path className={styles.cross} d={`M${x(place) - 3} ${top - 9}l6 6m0 -6l-6 6`} />
                )}
              </g>
            );
          })
        }
      </Plot>
    </Card>
  );
}
