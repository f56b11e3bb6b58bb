import { describe, expect, it } from 'vitest';
import { filtersOf, isFiltered, queryOf } from './filters';

const searchOf = (text: string) => {
  const search = new URLSearchParams(text);
  return { get: (name: string) => search.get(name) ?? undefined };
};
const dayStart = (day: string, later: number) => `${day}+${later}`;

describe('the filters of runs', () => {
  it('are read from the address', () => {
    const filters = filtersOf(searchOf('q=man&state=failed&offset=50&order_by=start_date'));
    expect(filters).toMatchObject({ q: 'man', state: 'failed', offset: 50, order_by: 'start_date', conf: '' });
    expect(isFiltered(filters)).toBe(true);
    expect(isFiltered(filtersOf(searchOf('order_by=state&offset=100')))).toBe(false);
  });

  it('take no nonsense from it', () => {
    expect(filtersOf(searchOf('offset=-5')).offset).toBe(0);
    expect(filtersOf(searchOf('offset=x')).offset).toBe(0);
    expect(queryOf(filtersOf(searchOf('version=two')), dayStart).dag_version).toBeUndefined();
  });

  it('ask for whole days', () => {
    const query = queryOf(filtersOf(searchOf('from=2026-01-02&to=2026-01-03&version=2')), dayStart);
    expect(query).toMatchObject({ run_after_gte: '2026-01-02+0', run_after_lt: '2026-01-03+1', dag_version: 2 });
    expect(queryOf(filtersOf(searchOf('')), dayStart)).toMatchObject({
      run_after_gte: undefined,
      order_by: '-run_after',
    });
  });
});
