// Brings the event stream to the query cache: no query polls. A query says what it shows:
//   useQuery({ queryKey: ['dag_run', dag_id, dag_run_id], queryFn, meta: liveRun(dag_id, dag_run_id) })
// A change that touches it patches its data within the frame, if the query knows how, and has it read anew: at most
// once in REFETCH_MS, since a busy run changes many times a second.
import type { QueryClient, QueryKey } from '@tanstack/react-query';
import type { Change } from './event_stream';
import { onUpdate, type Update } from './events';

export interface Live {
  /** `data`: as it is now, undefined before the first answer. */
  touches: (change: Change, data?: never) => boolean;
  /** The data with the change in it; the same object where nothing of it has changed. */
  patch?: (data: never, change: Change) => unknown;
  /** false: the patch says all, no reading anew. */
  refetch?: boolean;
}

declare module '@tanstack/react-query' {
  interface Register {
    queryMeta: { live?: Live };
  }
}

const REFETCH_MS = 500;
type Other = Change['others'][number];

const inDag = (change: Change, dag_id: string) =>
  change.dag_runs.some((run) => run.dag_id === dag_id) ||
  change.task_instances.some((task) => task.dag_id === dag_id) ||
  change.dags.some((dag) => dag.dag_id === dag_id) ||
  change.deleted.some((gone) => gone.dag_id === dag_id);

/** Anything of the run. */
export const inRun = (change: Change, dag_id: string, dag_run_id: string) =>
  change.dag_runs.some((run) => run.dag_id === dag_id && run.dag_run_id === dag_run_id) ||
  change.task_instances.some((task) => task.dag_id === dag_id && task.dag_run_id === dag_run_id) ||
  change.deleted.some((gone) => gone.dag_id === dag_id && (gone.dag_run_id ?? dag_run_id) === dag_run_id);

/** Anything of any DAG or run. */
export const liveAll = (more: Partial<Live> = {}) => ({
  live: {
    touches: (change: Change) =>
      change.dag_runs.length + change.task_instances.length + change.dags.length + change.deleted.length > 0,
    ...more,
  },
});
/** DAGs and runs, not the states of single tasks. */
export const liveRuns = (more: Partial<Live> = {}) => ({
  live: {
    touches: (change: Change) => change.dag_runs.length + change.dags.length + change.deleted.length > 0,
    ...more,
  },
});
export const liveDag = (dag_id: string, more: Partial<Live> = {}) => ({
  live: { touches: (change: Change) => inDag(change, dag_id), ...more },
});
export const liveRun = (dag_id: string, dag_run_id: string, more: Partial<Live> = {}) => ({
  live: { touches: (change: Change) => inRun(change, dag_id, dag_run_id), ...more },
});
export const liveTask = (dag_id: string, dag_run_id: string, task_id: string, map_index?: number) => ({
  live: {
    touches: (change: Change) =>
      change.task_instances.some(
        (task) =>
          task.dag_id === dag_id &&
          task.dag_run_id === dag_run_id &&
          task.task_id === task_id &&
          (map_index === undefined || task.map_index === map_index),
      ) || change.deleted.some((gone) => gone.dag_id === dag_id && (gone.dag_run_id ?? dag_run_id) === dag_run_id),
  },
});
/** Pools, variables and the like. */
export const liveOther = (...names: Other[]) => ({
  live: { touches: (change: Change) => change.others.some((name) => names.includes(name)) },
});
/** Either of these. */
export const liveAny = (...parts: { live: Live }[]) => ({
  live: { touches: (change: Change) => parts.some(({ live }) => live.touches(change)) },
});

export function startLive(client: QueryClient, subscribe: typeof onUpdate = onUpdate): () => void {
  const waiting = new Map<string, QueryKey>();
  const last = new Map<string, number>();

  const refetch = (hash: string, queryKey: QueryKey) => {
    if (waiting.has(hash)) return;
    const wait = Math.max(0, (last.get(hash) ?? 0) + REFETCH_MS - Date.now());
    waiting.set(hash, queryKey);
    setTimeout(() => {
      waiting.delete(hash);
      last.set(hash, Date.now());
      void client.invalidateQueries({ queryKey, exact: true });
    }, wait);
  };

  const apply = (update: Update) => {
    if (update.kind === 'reset') {
      void client.invalidateQueries();
      return;
    }
    for (const query of client.getQueryCache().getAll()) {
      const live = query.meta?.live;
      if (!live?.touches(update.change, query.state.data as never)) continue;
      if (live.patch && query.state.data !== undefined) {
        const patch = live.patch as (data: unknown, change: Change) => unknown;
        client.setQueryData(query.queryKey, (data) => patch(data, update.change));
      }
      if (live.refetch !== false) refetch(query.queryHash, query.queryKey);
    }
  };
  return subscribe(apply);
}
