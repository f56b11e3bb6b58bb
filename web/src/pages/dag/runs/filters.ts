// The list's filters: names in the page's address, which are those of GET /api/v2/dags/{dag_id}/dagRuns.
import type { Search } from '../../../app/navigation';

export const PAGE = 50;
export const DEFAULT_ORDER = '-run_after';

export interface RunFilters {
  q: string;
  state: string;
  run_type: string;
  user: string;
  conf: string;
  version: string;
  from: string;
  to: string;
  order_by: string;
  offset: number;
}

export function filtersOf(search: Pick<Search, 'get'>): RunFilters {
  const text = (name: string) => search.get(name) ?? '';
  const offset = Number(search.get('offset'));
  return {
    q: text('q'),
    state: text('state'),
    run_type: text('run_type'),
    user: text('user'),
    conf: text('conf'),
    version: text('version'),
    from: text('from'),
    to: text('to'),
    order_by: search.get('order_by') ?? DEFAULT_ORDER,
    offset: Number.isInteger(offset) && offset > 0 ? offset : 0,
  };
}

export const NO_FILTERS = {
  q: null,
  state: null,
  run_type: null,
  user: null,
  conf: null,
  version: null,
  from: null,
  to: null,
  offset: null,
};

export const isFiltered = ({ order_by: _order, offset: _offset, ...filters }: RunFilters): boolean =>
  Object.values(filters).some((value) => value !== '');

/** Days are whole, in the zone that the page shows: `dayStart` turns one into a moment. */
export function queryOf(filters: RunFilters, dayStart: (day: string, days_later: number) => string | undefined) {
  const version = Number(filters.version);
  return {
    run_id_pattern: filters.q.trim() || undefined,
    state: filters.state || undefined,
    run_type: filters.run_type || undefined,
    triggering_user_name_pattern: filters.user.trim() || undefined,
    conf_contains: filters.conf || undefined,
    dag_version: filters.version !== '' && Number.isInteger(version) ? version : undefined,
    run_after_gte: filters.from ? dayStart(filters.from, 0) : undefined,
    run_after_lt: filters.to ? dayStart(filters.to, 1) : undefined,
    order_by: filters.order_by,
    limit: PAGE,
    offset: filters.offset,
  };
}
