// What can be done to a DAG, for one and for many: what it will touch, found out without touching, and the doing.
import { request } from '../../api/client';
import type { Role } from '../../app/routes';
import type { Dag } from './dag';

const path = (dag: Dag) => ({ dag_id: dag.dag_id });

export const setPaused = (dag: Dag, is_paused: boolean) =>
  request('patch', '/api/v2/dags/{dag_id}', { path: path(dag), body: { is_paused } });

export const setFavorite = (dag: Dag, is_favorite: boolean) =>
  request('post', is_favorite ? '/api/v2/dags/{dag_id}/favorite' : '/api/v2/dags/{dag_id}/unfavorite', {
    path: path(dag),
  });

const trigger = (dag: Dag) =>
  request('post', '/api/v2/dags/{dag_id}/dagRuns', { path: path(dag), body: { logical_date: null, conf: {} } });

const clearFailed = (dag: Dag, dry_run: boolean) =>
  request<{ total_entries: number }>('post', '/api/v2/dags/{dag_id}/clearTaskInstances', {
    path: path(dag),
    body: {
      dry_run,
      dag_run_id: dag.latest_dag_runs[0]?.dag_run_id,
      only_failed: true,
      reset_dag_runs: true,
      include_downstream: true,
    },
  });

const remove = (dag: Dag) => request('delete', '/api/v2/dags/{dag_id}', { path: path(dag) });

export type ActionName = 'pause' | 'unpause' | 'trigger' | 'clear_failed' | 'delete';
/** How a DAG is touched: a reason why nothing is done, or what is (`count`: of task instances). */
export type Effect =
  | { kind: 'nothing'; why: 'already_paused' | 'not_paused' | 'no_failed_run' | 'no_failed_tasks' }
  | { kind: 'does'; warning?: 'is_paused' | 'has_active_runs'; count?: number };

export interface Action {
  role: Role;
  danger?: true;
  effect: (dag: Dag) => Effect | Promise<Effect>;
  run: (dag: Dag) => Promise<unknown>;
}

async function clearEffect(dag: Dag): Promise<Effect> {
  if (dag.latest_dag_runs[0]?.state !== 'failed') return { kind: 'nothing', why: 'no_failed_run' };
  const { total_entries } = await clearFailed(dag, true);
  return total_entries === 0 ? { kind: 'nothing', why: 'no_failed_tasks' } : { kind: 'does', count: total_entries };
}

export const ACTIONS: Record<ActionName, Action> = {
  pause: {
    role: 'user',
    effect: (dag) => (dag.is_paused ? { kind: 'nothing', why: 'already_paused' } : { kind: 'does' }),
    run: (dag) => setPaused(dag, true),
  },
  unpause: {
    role: 'user',
    effect: (dag) => (dag.is_paused ? { kind: 'does' } : { kind: 'nothing', why: 'not_paused' }),
    run: (dag) => setPaused(dag, false),
  },
  trigger: {
    role: 'user',
    effect: (dag) => (dag.is_paused ? { kind: 'does', warning: 'is_paused' } : { kind: 'does' }),
    run: trigger,
  },
  clear_failed: { role: 'user', effect: clearEffect, run: (dag) => clearFailed(dag, false) },
  delete: {
    role: 'user',
    danger: true,
    effect: (dag) => (dag.active_runs > 0 ? { kind: 'does', warning: 'has_active_runs' } : { kind: 'does' }),
    run: remove,
  },
};

/** Runs `work` for each, a few at a time. */
export async function forEach<T>(items: readonly T[], work: (item: T) => Promise<void>, at_once = 4): Promise<void> {
  const queue = [...items];
  const lane = async () => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(at_once, items.length) }, lane));
}
