// What a run's tasks produced: docs/reference/gale_api.md, "Results".
import { queryOptions } from '@tanstack/react-query';
import { addressOf, call, send, type Schemas } from '../api/client';
import { liveRun } from '../api/live';

export type RunResult = Schemas['RunResultResponse'];
export interface RunKey {
  dag_id: string;
  dag_run_id: string;
}

export const resultsQuery = (run: RunKey) =>
  queryOptions({
    queryKey: ['results', run.dag_id, run.dag_run_id],
    queryFn: ({ signal }) =>
      call('get', '/gale/dags/{dag_id}/dagRuns/{dag_run_id}/results', { path: { ...run }, signal }),
    meta: liveRun(run.dag_id, run.dag_run_id),
  });

const CONTENT = '/gale/dags/{dag_id}/dagRuns/{dag_run_id}/results/content';
const askedOf = (run: RunKey, { task_id, map_index, key, pointer }: RunResult, download = false) => ({
  path: { ...run },
  query: { task_id, map_index, key, pointer, ...(download && { download }) },
});

/** Where the browser itself fetches it: a frame, an image, a download. */
export const contentAddress = (run: RunKey, result: RunResult, download = false): string =>
  addressOf(CONTENT, askedOf(run, result, download));

/** Its text, for what the page draws itself. */
export const textQuery = (run: RunKey, result: RunResult) =>
  queryOptions({
    queryKey: ['result_text', run.dag_id, run.dag_run_id, resultId(result), result.bytes],
    queryFn: async ({ signal }) => (await send('get', CONTENT, { ...askedOf(run, result), signal })).text(),
    staleTime: Infinity,
  });

/** One result of its run, as the address keeps it. */
export const resultId = ({ task_id, map_index, key, pointer }: RunResult): string =>
  JSON.stringify([task_id, map_index, key, pointer]);
