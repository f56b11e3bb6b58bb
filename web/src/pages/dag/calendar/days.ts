// A DAG's runs by day or hour, and the calendar's shape. Days are 'YYYY-MM-DD' in the chosen zone (the server groups by it): plain dates,
// without a zone, that are counted in UTC here.

import type { Schemas } from '../../../api/client';

/** `GET /gale/dags/{dag_id}/calendar`. */
export type CalendarAnswer = Schemas['DagCalendar'];

export const CALENDAR_STATES = ['failed', 'running', 'queued', 'success'] as const;
type CalendarState = (typeof CALENDAR_STATES)[number];

export interface Cell {
  counts: Record<CalendarState, number>;
  planned: number;
  /** Runs that exist, without the planned. */
  total: number;
}

const emptyCell = (): Cell => ({ counts: { failed: 0, running: 0, queued: 0, success: 0 }, planned: 0, total: 0 });

const isCalendarState = (state: string): state is CalendarState => CALENDAR_STATES.some((known) => known === state);

/** A cell's key from the server's date: 'YYYY-MM-DD', or 'YYYY-MM-DDTHH' by hours. */
const keyOf = (date: string, granularity: Granularity) =>
  granularity === 'daily' ? date.slice(0, 10) : `${date.slice(0, 10)}T${date.slice(11, 13)}`;

export type Granularity = 'daily' | 'hourly';

export function cellsOf(answer: CalendarAnswer, granularity: Granularity): Map<string, Cell> {
  const cells = new Map<string, Cell>();
  const cellOf = (date: string) => {
    const key = keyOf(date, granularity);
    const known = cells.get(key) ?? emptyCell();
    cells.set(key, known);
    return known;
  };
  for (const { date, state, count } of answer.days) {
    const cell = cellOf(date);
    cell.total += count;
    if (isCalendarState(state)) cell.counts[state] += count;
  }
  for (const { date, count } of answer.planned) cellOf(date).planned += count;
  return cells;
}

const DAY = 86_400_000;
const dateOf = (at: number) => new Date(at).toISOString().slice(0, 10);

/** The days of a month; `month` from 1. */
export function daysOfMonth(year: number, month: number): string[] {
  const days: string[] = [];
  const next = Date.UTC(year, month, 1);
  for (let at = Date.UTC(year, month - 1, 1); at < next; at += DAY) days.push(dateOf(at));
  return days;
}

export function shiftMonth(year: number, month: number, by: number): { year: number; month: number } {
  const months = year * 12 + (month - 1) + by;
  return { year: Math.floor(months / 12), month: (((months % 12) + 12) % 12) + 1 };
}

interface WeekInfo {
  firstDay: number;
}
const isWeekInfo = (value: unknown): value is WeekInfo =>
  typeof value === 'object' && value !== null && 'firstDay' in value && typeof value.firstDay === 'number';

/** The language's first day of the week, 0 is Sunday; Monday where the browser does not say. */
export function firstDayOf(language: string): number {
  const locale: unknown = new Intl.Locale(language);
  if (typeof locale !== 'object' || locale === null) return 1;
  const read: unknown = 'getWeekInfo' in locale ? locale.getWeekInfo : undefined;
  const info: unknown = typeof read === 'function' ? read.call(locale) : 'weekInfo' in locale ? locale.weekInfo : null;
  return isWeekInfo(info) ? info.firstDay % 7 : 1;
}
