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
import { CALENDAR_STATES, type Cell, type Granularity } from './days';
import { stepFrom, type Sheet } from './sheets';
import { t } from './text';

export interface SheetsProps {
  dag_id: string;
  sheets: Sheet[];
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

interface DayProps {
  cell_key: string;
  is_current: boolean;
  onRead: (key: string) => void;
  onFocus: (key: string) => void;
}

function Day({
  cell_key: key,
  dag_id,
  cells,
  granularity,
  today,
  is_current,
  onRead,
  onFocus,
}: DayProps & Omit<SheetsProps, 'sheets' | 'title'>) {
  const cell = cells.get(key);
  return (
    <Link
      to={runsPath(dag_id, key, granularity)}
      className={classes(styles.cell, cell && cell.planned > 0 && styles.planned, key === today && styles.today)}
      tabIndex={is_current ? 0 : -1}
      data-key={key}
      aria-label={inWords(key, cell, granularity)}
      onFocus={() => onFocus(key)}
      onPointerEnter={() => onRead(key)}
    >
      {cell !== undefined && <Bar cell={cell} />}
    </Link>
  );
}

export function Sheets({ title, sheets, ...shared }: SheetsProps) {
  const { cells, granularity, today } = shared;
  const frame = useRef<HTMLDivElement>(null);
  const keys = useMemo(
    () => new Set(sheets.flatMap((sheet) => sheet.rows.flatMap((row) => row.keys)).filter((key) => key !== null)),
    [sheets],
  );
  const now = [...keys].find((key) => key.startsWith(today));
  const [picked, setPicked] = useState<string | null>(null);
  const current = picked ?? now ?? [...keys].toSorted()[0] ?? null;
  const [read, setRead] = useState<string | null>(null);

  // A month by hour is wider than a phone: today is what one came for.
  useEffect(() => {
    const cell =
      granularity === 'hourly' && now !== undefined ? frame.current?.querySelector(`[data-key="${now}"]`) : null;
    cell?.scrollIntoView({ block: 'nearest', inline: 'center' });
  }, [now, granularity]);

  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    if (current === null || event.ctrlKey || event.metaKey || event.altKey) return;
    const to = stepFrom(current, event.key);
    if (to === null) return;
    event.preventDefault();
    if (!keys.has(to)) return;
    setPicked(to);
    frame.current?.querySelector<HTMLElement>(`[data-key="${to}"]`)?.focus();
  };
  const onFocus = (key: string) => {
    setPicked(key);
    setRead(key);
  };
  return (
    <>
      {/* oxlint-disable-next-line jsx-a11y/no-static-element-interactions -- the keys of the links in it */}
      <div
        ref={frame}
        className={classes(styles.frame, granularity === 'hourly' && styles.hourly)}
        role="group"
        aria-label={t('calendar_of', { period: title })}
        onKeyDown={onKeyDown}
        onPointerLeave={() => setRead(null)}
      >
        {sheets.map((sheet) => (
          <table key={sheet.id} className={styles.sheet} aria-label={sheet.title || title}>
            {sheet.title !== '' && <caption>{sheet.title}</caption>}
            <thead>
              <tr>
                {granularity === 'hourly' && <td />}
                {sheet.heads.map(({ short, long }) => (
                  <th key={long} scope="col" abbr={long}>
                    <span aria-hidden>{short}</span>
                    <span className="visually-hidden">{long}</span>
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {sheet.rows.map(({ label, keys: row }) => (
                <tr key={row.find((key) => key !== null) ?? label}>
                  {label !== '' && <th scope="row">{label}</th>}
                  {row.map((key, i) => (
                    <td key={key ?? i}>
                      {key !== null && (
                        <Day
                          cell_key={key}
                          is_current={key === current}
                          onRead={setRead}
                          onFocus={onFocus}
                          {...shared}
                        />
                      )}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        ))}
      </div>
      <p className={styles.reading} aria-hidden>
        {read === null ? t('reading_hint') : inWords(read, cells.get(read), granularity)}
      </p>
    </>
  );
}
