// The cells of the calendar: each a bar of its runs by how they ended, and a link to them. One is in the way of Tab; arrows move.
import { useEffect, useMemo, useRef, useState, type KeyboardEvent } from 'react';
import { Link } from '../../../app/navigation';
import { dagPath } from '../../../app/paths';
import { zone } from '../../../app/zones';
import { language } from '../../../i18n/text';
import { fromWallClock } from '../../../ui/charts/time_axis';
import { classes } from '../../../ui/classes';
import { lookOf, stateColor } from '../../../ui/states';
import styles from './calendar.module.css';
import type { Columns } from './columns';
import { CALENDAR_STATES, type Cell, type Granularity } from './days';
import { t } from './text';

export interface CalendarTableProps {
  dag_id: string;
  columns: Columns;
  cells: Map<string, Cell>;
  granularity: Granularity;
  today: string;
  title: string;
}

const HOUR = 3_600_000;

/** The runs of a cell on the DAG's list of runs. */
function runsPath(dag_id: string, key: string, granularity: Granularity): string {
  const begin = granularity === 'daily' ? Date.parse(`${key}T00:00:00Z`) : Date.parse(`${key}:00:00Z`);
  const end = begin + (granularity === 'daily' ? 24 : 1) * HOUR;
  return dagPath(dag_id, 'runs', {
    run_after_gte: new Date(fromWallClock(begin, zone())).toISOString(),
    run_after_lte: new Date(fromWallClock(end, zone()) - 1).toISOString(),
  });
}

/** "Thursday, 12 March 2026: Failed 1, Success 3, 2 planned" */
function inWords(key: string, cell: Cell | undefined, granularity: Granularity): string {
  const at = Date.parse(granularity === 'daily' ? `${key}T00:00:00Z` : `${key}:00:00Z`);
  const date = new Intl.DateTimeFormat(language(), {
    dateStyle: 'full',
    ...(granularity === 'hourly' && { timeStyle: 'short' }),
    timeZone: 'UTC',
  }).format(at);
  const parts = CALENDAR_STATES.flatMap((state) => {
    const count = cell?.counts[state] ?? 0;
    return count > 0 ? [`${lookOf(state).label} ${String(count)}`] : [];
  });
  if (cell !== undefined && cell.planned > 0) parts.push(t('planned', { count: cell.planned }));
  return `${date}: ${parts.length === 0 ? t('no_runs') : parts.join(', ')}`;
}

function Bar({ cell }: { cell: Cell }) {
  return CALENDAR_STATES.map((state) => {
    const count = cell.counts[state];
    return count > 0 && <i key={state} data-state={state} style={{ flexGrow: count, '--state': stateColor(state) }} />;
  });
}

/** The nearest cell in a direction; cells outside the year are passed over. */
function next({ rows }: Columns, key: string, down: number, right: number): string | null {
  const row = rows.findIndex((each) => each.keys.includes(key));
  const column = rows[row]?.keys.indexOf(key) ?? -1;
  if (down === 0) return rows[row]?.keys[column + right] ?? null;
  const below = rows[row + down];
  if (below !== undefined) return below.keys[column] ?? null;
  // Over the edge: the week or day beside it.
  return (down > 0 ? rows[0] : rows.at(-1))?.keys[column + down] ?? null;
}

const STEPS: Record<string, [down: number, right: number]> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
};

export function CalendarTable({ dag_id, columns, cells, granularity, today, title }: CalendarTableProps) {
  const table = useRef<HTMLTableElement>(null);
  const keys = useMemo(() => columns.rows.flatMap((row) => row.keys).filter((key) => key !== null), [columns]);
  const now = keys.find((key) => key.startsWith(today));
  const [picked, setPicked] = useState<string | null>(null);
  const current = picked ?? now ?? keys.toSorted()[0] ?? null;
  const [read, setRead] = useState<string | null>(null);

  // A year is wider than a phone: today is what one came for.
  useEffect(() => {
    const cell = now === undefined ? null : table.current?.querySelector(`[data-key="${now}"]`);
    cell?.scrollIntoView({ block: 'nearest', inline: 'center' });
  }, [now]);

  const onKeyDown = (event: KeyboardEvent<HTMLTableElement>) => {
    const step = STEPS[event.key];
    if (step === undefined || current === null || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const to = next(columns, current, ...step);
    if (to === null) return;
    setPicked(to);
    table.current?.querySelector<HTMLElement>(`[data-key="${to}"]`)?.focus();
  };
  return (
    <>
      <div className={styles.frame}>
        <table
          ref={table}
          className={classes(styles.table, granularity === 'hourly' && styles.hourly)}
          role="grid"
          aria-label={t('calendar_of', { period: title })}
          onKeyDown={onKeyDown}
          onPointerLeave={() => setRead(null)}
        >
          <thead>
            <tr>
              <td />
              {columns.heads.map(({ label, span, is_long }, i) => (
                <th key={i} scope="colgroup" colSpan={span}>
                  {is_long ? label : <span className="visually-hidden">{label}</span>}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {columns.rows.map(({ label, is_shown, keys: row }) => (
              <tr key={label}>
                <th scope="row">{is_shown ? label : <span className="visually-hidden">{label}</span>}</th>
                {row.map((key, i) => {
                  if (key === null) return <td key={i} />;
                  const cell = cells.get(key);
                  return (
                    <td key={key}>
                      <Link
                        to={runsPath(dag_id, key, granularity)}
                        className={classes(
                          styles.cell,
                          cell && cell.planned > 0 && styles.planned,
                          key === now && styles.today,
                        )}
                        tabIndex={key === current ? 0 : -1}
                        data-key={key}
                        aria-label={inWords(key, cell, granularity)}
                        onFocus={() => {
                          setPicked(key);
                          setRead(key);
                        }}
                        onPointerEnter={() => setRead(key)}
                      >
                        {cell !== undefined && <Bar cell={cell} />}
                      </Link>
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p className={styles.reading} aria-hidden>
        {read === null ? t('reading_hint') : inWords(read, cells.get(read), granularity)}
      </p>
    </>
  );
}
