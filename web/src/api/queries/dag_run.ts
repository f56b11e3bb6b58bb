// A run, and why it does not go on.
import { queryOptions } from '@tanstack/react-query';
import { call, type Schemas } from '../client';
import type { Change } from '../event_stream';
import { inRun, liveRun } from '../live';

export type DagRun = Schemas['DAGRunResponse'];

export const runQuery = (dag_id: string, dag_run_id: string) =>
  queryOptions({
    queryKey: ['dag_run', dag_id, dag_run_id],
    queryFn: ({ signal }) =>
      call('get', '/api/v2/dags/{dag_id}/dagRuns/{dag_run_id}', { path: { dag_id, dag_run_id }, signal }),
    meta: liveRun(dag_id, dag_run_id, {
      touches: (change) => inRun({ ...change, task_instances: [] }, dag_id, dag_run_id),
    }),
  });

export type Waiting = Schemas['RunWaiting'];

/** What waits may begin to go on by what other runs, pools and workers do; what does not, only by what is of the run. */
const waitingTouches = (change: Change, waiting: Waiting | undefined, dag_id: string, dag_run_id: string) =>
  inRun(change, dag_id, dag_run_id) ||
  ((waiting === undefined || waiting.run !== null || waiting.task_instances.length > 0) &&
    (change.dag_runs.length + change.task_instances.length + change.dags.length > 0 ||
      change.others.includes('pools') ||
      change.others.includes('jobs')));

export const waitingQuery = (dag_id: string, dag_run_id: string) =>
  queryOptions({
    queryKey: ['waiting', dag_id, dag_run_id],
    queryFn: ({ signal }) =>
      call('get', '/gale/dags/{dag_id}/dagRuns/{dag_run_id}/waiting', { path: { dag_id, dag_run_id }, signal }),
    meta: {
      live: {
        touches: (change: Change, waiting?: Waiting) => waitingTouches(change, waiting, dag_id, dag_run_id),
      },
    },
  });
