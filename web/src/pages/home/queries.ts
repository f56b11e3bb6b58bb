import { queryOptions } from '@tanstack/react-query';
import { call, type Schemas } from '../../api/client';
import { liveAll, liveAny, liveOther } from '../../api/live';

export type RunBrief = Schemas['RunBrief'];
export type FailedRunBrief = Schemas['FailedRunBrief'];
export type Bucket = Dashboard['history'][number];
export type Dashboard = Schemas['Dashboard'];

/** The window that the counts and the chart are of ends with the hour's next full minute, so that one key serves a minute. */
export const dashboardQuery = (hours: number) =>
  queryOptions({
    queryKey: ['dashboard', hours],
    queryFn: ({ signal }) => {
      const end = Math.ceil(Date.now() / 60_000) * 60_000;
      const query = { start: new Date(end - hours * 3_600_000).toISOString(), end: new Date(end).toISOString() };
      return call('get', '/gale/dashboard', { query, signal });
    },
    staleTime: 0,
    meta: liveAny(liveAll(), liveOther('pools', 'import_errors')),
  });

export const healthQuery = queryOptions({
  queryKey: ['health'],
  queryFn: ({ signal }) => call('get', '/api/v2/monitor/health', { signal }),
  staleTime: 0,
  meta: liveOther('jobs'),
});
