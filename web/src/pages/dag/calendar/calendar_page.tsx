// Calendar of a DAG: how its runs ended, by day of a year or by hour of a month, and which are planned.
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { ChevronLeft, ChevronRight } from 'lucide-react';
import { useMemo } from 'react';
import { useParams, useSearch } from '../../../app/navigation';
import { zone } from '../../../app/zones';
import { language } from '../../../i18n/text';
import { fromWallClock, zoneOffset } from '../../../ui/charts/time_axis';
import { Button, IconButton } from '../../../ui/button';
import { ErrorState, Loading } from '../../../ui/feedback';
import { Segments } from '../../../ui/field';
import { Toolbar } from '../../../ui/layout';
import { calendarQuery } from '../queries';
import styles from './calendar.module.css';
import { cellsOf, daysOfMonth, firstDayOf, shiftMonth, type Cell, type Granularity } from './days';
import { Legend } from './legend';
import { hourSheet, yearSheets } from './sheets';
import { Sheets } from './sheet_view';
import { t } from './text';

interface Shown {
  granularity: Granularity;
  year: number;
  month: number;
}

/** Today in the zone that is picked. */
const today = () => {
  const now = Date.now();
  return new Date(now + zoneOffset(now, zone())).toISOString().slice(0, 10);
};

function useShown(): Shown & { show: (shown: Partial<Shown>) => void } {
  const search = useSearch();
  const [this_year = 0, this_month = 0] = today().split('-').map(Number);
  const number = (name: string, least: number, most: number, usual: number) => {
    const value = Number(search.get(name));
    return Number.isInteger(value) && value >= least && value <= most ? value : usual;
  };
  return {
    granularity: search.get('granularity') === 'hourly' ? 'hourly' : 'daily',
    year: number('year', 1970, 2999, this_year),
    month: number('month', 1, 12, this_month),
    show: ({ granularity, year, month }) =>
      search.set({
        ...(granularity !== undefined && { granularity: granularity === 'daily' ? null : granularity }),
        ...(year !== undefined && { year: year === this_year && month === undefined ? null : year }),
        ...(month !== undefined && { month }),
      }),
  };
}

function totalsOf(cells: Map<string, Cell>) {
  const sum = { total: 0, failed: 0, success: 0, planned: 0 };
  for (const cell of cells.values()) {
    sum.total += cell.total;
    sum.failed += cell.counts.failed;
    sum.success += cell.counts.success;
    sum.planned += cell.planned;
  }
  return sum;
}

export default function CalendarPage() {
  const { dag_id = '' } = useParams();
  const { granularity, year, month, show } = useShown();
  const is_daily = granularity === 'daily';
  const next = is_daily ? Date.UTC(year + 1, 0, 1) : Date.UTC(year, month, 1);
  const first = is_daily ? Date.UTC(year, 0, 1) : Date.UTC(year, month - 1, 1);
  const query = useQuery({
    ...calendarQuery(dag_id, {
      start: new Date(fromWallClock(first, zone())).toISOString(),
      end: new Date(fromWallClock(next, zone()) - 1).toISOString(),
      granularity,
      timezone: zone(),
    }),
    placeholderData: keepPreviousData,
  });
  const cells = useMemo(
    () => (query.data === undefined ? new Map<string, Cell>() : cellsOf(query.data, granularity)),
    [query.data, granularity],
  );
  const sheets = useMemo(
    () =>
      is_daily
        ? yearSheets(year, firstDayOf(language()), language())
        : [hourSheet(daysOfMonth(year, month), language())],
    [is_daily, year, month],
  );

  const move = (by: number) => {
    if (is_daily) show({ year: year + by });
    else show(shiftMonth(year, month, by));
  };
  const title = is_daily
    ? String(year)
    : new Intl.DateTimeFormat(language(), { month: 'long', year: 'numeric', timeZone: 'UTC' }).format(first);
  const sum = totalsOf(cells);
  return (
    <div className={styles.view}>
      <Toolbar label={t('tools')}>
        <Segments
          label={t('by')}
          value={granularity}
          onChange={(value) => show({ granularity: value === 'hourly' ? 'hourly' : 'daily' })}
          options={[
            { value: 'daily', label: t('days') },
            { value: 'hourly', label: t('hours') },
          ]}
        />
        <span className={styles.move}>
          <IconButton
            label={is_daily ? t('previous_year') : t('previous_month')}
            icon={ChevronLeft}
            onClick={() => move(-1)}
          />
          <h2 aria-live="polite">{title}</h2>
          <IconButton label={is_daily ? t('next_year') : t('next_month')} icon={ChevronRight} onClick={() => move(1)} />
        </span>
        <Button
          onClick={() => {
            const [now_year = year, now_month = month] = today().split('-').map(Number);
            show(is_daily ? { year: now_year } : { year: now_year, month: now_month });
          }}
        >
          {t('today')}
        </Button>
        <span className={styles.zone}>{t('zone', { zone: zone() })}</span>
      </Toolbar>
      {query.error !== null && <ErrorState error={query.error} onRetry={() => void query.refetch()} />}
      {query.error === null && query.data === undefined && <Loading rows={7} />}
      {query.data !== undefined && (
        <>
          <p className={styles.sum} role="status">
            {sum.total + sum.planned === 0
              ? t('nothing', { period: title })
              : [
                  t('runs', { count: sum.total }),
                  sum.failed > 0 && t('failed', { count: sum.failed }),
                  sum.success + sum.failed > 0 &&
                    t('share', { percent: Math.floor((sum.success / (sum.success + sum.failed)) * 1000) / 10 }),
                  sum.planned > 0 && t('planned', { count: sum.planned }),
                ]
                  .filter(Boolean)
                  .join(' · ')}
          </p>
          <Sheets
            key={`${granularity} ${title}`}
            dag_id={dag_id}
            sheets={sheets}
            cells={cells}
            granularity={granularity}
            today={today()}
            title={title}
          />
          <Legend />
        </>
      )}
    </div>
  );
}
