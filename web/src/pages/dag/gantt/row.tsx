// One row of the Gantt chart: its name, and the bars of its tries.
import { ChevronDown, ChevronRight } from 'lucide-react';
import type { HTMLAttributes } from 'react';
import { Link } from '../../../app/navigation';
import { taskPath } from '../../../app/paths';
import { durationOf, shortTimeOf } from '../../../app/zones';
import { classes } from '../../../ui/classes';
import { Tooltip } from '../../../ui/tooltip';
import { lookOf, stateColor, stateInk } from '../../../ui/states';
import { BY_WEIGHT } from '../graph/task_states';
import styles from './gantt.module.css';
import { percent } from './range';
import { t } from './text';
import { segmentsOf, spanOf, tryKey, type Row, type Segment, type Span, type Try } from './tries';

export interface RowProps {
  dag_id: string;
  dag_run_id: string;
  row: Row;
  range: Span;
  now: number;
  top: number;
  height: number;
  position: number;
  count: number;
  is_current: boolean;
  on_path: ReadonlySet<string>;
  onToggle: (row_id: string) => void;
  onFocus: () => void;
  drag: HTMLAttributes<HTMLElement>;
}

const placed = ({ from, to }: Span, range: Span) => {
  const left = percent(from, range);
  return { left: `${left}%`, width: `${percent(to, range) - left}%` };
};
const isShown = ({ from, to }: Span, range: Span) => to >= range.from && from <= range.to;

const secondsOf = (segment: Segment) => (segment.to - segment.from) / 1000;

/** "try 2, Failed: scheduled 0.1 s, queued 0.4 s, running 12 s" */
function tryInWords(each: Try, segments: Segment[]): string {
  const phases = segments.map((segment) => `${t(segment.phase)} ${durationOf(secondsOf(segment))}`);
  return `${t('try', { try_number: each.try_number })}, ${lookOf(each.state).label}: ${phases.join(', ')}`;
}

function TryBar({ each, ...props }: RowProps & { each: Try }) {
  const { dag_id, dag_run_id, range, now, on_path } = props;
  const segments = segmentsOf(each, now);
  const span = spanOf([each], now);
  if (span === null || !isShown(span, range)) return null;
  const { task_id, map_index, try_number } = each;
  const words = tryInWords(each, segments);
  return (
    <Tooltip
      content={
        <>
          <b>{map_index < 0 ? task_id : `${task_id} [${String(map_index)}]`}</b>
          <br />
          {words}
          <br />
          {shortTimeOf(new Date(span.from))} – {segments.at(-1)?.is_open ? t('now') : shortTimeOf(new Date(span.to))}
        </>
      }
    >
      <Link
        to={taskPath({ dag_id, dag_run_id, task_id, map_index }, '', { try_number })}
        className={classes(styles.try, on_path.has(tryKey(each)) && styles.critical)}
        style={placed(span, range)}
        aria-label={words}
        tabIndex={-1}
        draggable={false}
        data-try={tryKey(each)}
      >
        {segments.map((segment) => (
          <i
            key={segment.phase}
            className={classes(styles[segment.phase], segment.is_open && styles.going)}
            style={{
              ...placed(segment, span.to > span.from ? span : { from: span.from, to: span.from + 1 }),
              ...(segment.phase === 'running' && { background: stateColor(each.state), color: stateInk(each.state) }),
            }}
          />
        ))}
      </Link>
    </Tooltip>
  );
}

/** Of a folded group or mapped task: from the first begin to the last end of its tries, by state. */
function Summary({ row, range, now }: Pick<RowProps, 'row' | 'range' | 'now'>) {
  const span = spanOf(row.tries, now);
  if (span === null || !isShown(span, range)) return null;
  // How each instance stands now: an earlier try that failed is not the group's state.
  const latest = new Map(row.tries.map((each) => [`${each.task_id} ${String(each.map_index)}`, each.state]));
  const states = [...latest.values()];
  const state = BY_WEIGHT.find((weighty) => states.some((known) => known === weighty)) ?? null;
  return (
    <span className={styles.summary} style={{ ...placed(span, range), background: stateColor(state) }} aria-hidden />
  );
}

function Name({ row, dag_id, dag_run_id, is_current, onToggle }: RowProps) {
  const stop = { tabIndex: is_current ? 0 : -1, 'data-name': true, className: styles.name };
  const indent = { paddingLeft: `${0.5 + row.depth * 0.875 + (row.is_open === null ? 1.125 : 0)}rem` };
  if (row.is_open !== null) {
    const Fold = row.is_open ? ChevronDown : ChevronRight;
    return (
      <button
        type="button"
        {...stop}
        style={indent}
        aria-expanded={row.is_open}
        title={row.label}
        onClick={() => onToggle(row.id)}
      >
        <Fold aria-hidden />
        <span>{row.label}</span>
        {row.kind === 'mapped_task' && <small>×{new Set(row.tries.map((each) => each.map_index)).size}</small>}
      </button>
    );
  }
  const last = row.tries.at(-1);
  if (last === undefined || row.task_id === null)
    return (
      <span {...stop} style={indent} title={row.label}>
        <span>{row.label}</span>
      </span>
    );
  const { task_id, map_index } = row;
  const to = taskPath({ dag_id, dag_run_id, task_id, map_index }, '', { try_number: last.try_number });
  return (
    <Link to={to} {...stop} style={indent} title={row.label}>
      <span>{row.label}</span>
      {row.tries.length > 1 && <small>{t('tries_count', { count: row.tries.length })}</small>}
    </Link>
  );
}

export function RowView(props: RowProps) {
  const { row, top, height, position, count, onFocus, on_path, drag } = props;
  const is_critical = row.tries.some((each) => on_path.has(tryKey(each)));
  const has_bars = row.is_open === null;
  return (
    <div
      className={classes(styles.row, is_critical && styles.critical_row, row.kind === 'group' && styles.group)}
      style={{ height, transform: `translateY(${top}px)` }}
      role="listitem"
      aria-setsize={count}
      aria-posinset={position}
      data-row={row.id}
      onFocus={onFocus}
    >
      <Name {...props} />
      <div className={styles.plot} {...drag}>
        {has_bars ? (
          row.tries.map((each) => <TryBar key={tryKey(each)} each={each} {...props} />)
        ) : (
          <Summary {...props} />
        )}
      </div>
    </div>
  );
}
