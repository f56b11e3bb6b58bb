import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { call } from '../../../api/client';
import { liveRuns } from '../../../api/live';

export const runsQuery = (dag_id: string, query: Record<string, string | number | undefined>) =>
  queryOptions({
    queryKey: ['dag_runs', dag_id, query],
    queryFn: ({ signal }) => call('get', '/api/v2/dags/{dag_id}/dagRuns', { path: { dag_id }, query, signal }),
    placeholderData: keepPreviousData,
    meta: liveRuns({
      touches: (change) =>
        change.dag_runs.some((run) => run.dag_id === dag_id) || change.deleted.some((gone) => gone.dag_id === dag_id),
    }),
  });
