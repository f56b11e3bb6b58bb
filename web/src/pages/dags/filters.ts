// The list's filters: names in the page's address, and what they ask of GET /gale/dags.
import type { Search } from '../../app/navigation';

export interface Filters {
  q: string;
  tags: string[];
  /** Every tag, not any. */
  all_tags: boolean;
  owners: string[];
  /** '': both. */
  paused: '' | 'true' | 'false';
  /** Of the last run; '': any. */
  state: string;
  favorite: boolean;
  order_by: string;
}

export const DEFAULT_ORDER = 'dag_id';

export function filtersOf(search: Pick<Search, 'get' | 'all' | 'flag'>): Filters {
  const paused = search.get('paused');
  return {
    q: search.get('q') ?? '',
    tags: search.all('tags'),
    all_tags: search.flag('all_tags'),
    owners: search.all('owners'),
    paused: paused === 'true' || paused === 'false' ? paused : '',
    state: search.get('state') ?? '',
    favorite: search.flag('favorite'),
    order_by: search.get('order_by') ?? DEFAULT_ORDER,
  };
}

export const isFiltered = ({ q, tags, owners, paused, state, favorite }: Filters): boolean =>
  q !== '' || tags.length > 0 || owners.length > 0 || paused !== '' || state !== '' || favorite;

export const NO_FILTERS = { q: null, tags: [], all_tags: null, owners: [], paused: null, state: null, favorite: null };

export const queryOf = (filters: Filters) => ({
  // The text is looked for as it is written: % and _ are not wildcards to who types them.
  dag_id_pattern: filters.q ? filters.q.trim() : undefined,
  tags: filters.tags,
  tags_match_mode: filters.tags.length > 1 ? (filters.all_tags ? 'all' : 'any') : undefined,
  owners: filters.owners,
  paused: filters.paused || undefined,
  last_dag_run_state: filters.state || undefined,
  is_favorite: filters.favorite ? true : undefined,
  order_by: filters.order_by,
});
