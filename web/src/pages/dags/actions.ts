// What can be done to a DAG, for one and for many: what it will touch, found out without touching, and the doing.
import type { BulkAction, Effect } from '../../actions/bulk';
import { call } from '../../api/client';
import { setPaused } from '../../api/queries/dag';
import type { Role } from '../../app/routes';
import type { Dag } from './dag';
import { t } from './text';

const path = (dag: Dag) => ({ dag_id: dag.dag_id });

const trigger = (dag: Dag) =>
  call('post', '/api/v2/dags/{dag_id}/dagRuns', { path: path(dag), body: { logical_date: null, conf: {} } });

const clearFailed = (dag: Dag, dry_run: boolean) =>
  call('post', '/api/v2/dags/{dag_id}/clearTaskInstances', {
    path: path(dag),
    body: {
      dry_run,
      dag_run_id: dag.latest_dag_runs[0]?.dag_run_id,
      only_failed: true,
      reset_dag_runs: true,
      include_downstream: true,
    },
  });

const remove = (dag: Dag) => call('delete', '/api/v2/dags/{dag_id}', { path: path(dag) });

export type ActionName = 'pause' | 'unpause' | 'trigger' | 'clear_failed' | 'delete';

export interface Action extends BulkAction<Dag> {
  role: Role;
}

async function clearEffect(dag: Dag): Promise<Effect> {
  if (dag.latest_dag_runs[0]?.state !== 'failed') return { kind: 'nothing', why: t('no_failed_run') };
  const { total_entries } = await clearFailed(dag, true);
  return total_entries === 0 ? { kind: 'nothing', why: t('no_failed_tasks') } : { kind: 'does', count: total_entries };
}

export const ACTIONS: Record<ActionName, Action> = {
  pause: {
    role: 'user',
    effect: (dag) => (dag.is_paused ? { kind: 'nothing', why: t('already_paused') } : { kind: 'does' }),
    run: (dag) => setPaused(dag.dag_id, true),
  },
  unpause: {
    role: 'user',
    effect: (dag) => (dag.is_paused ? { kind: 'does' } : { kind: 'nothing', why: t('not_paused') }),
    run: (dag) => setPaused(dag.dag_id, false),
  },
  trigger: {
    role: 'user',
    effect: (dag) => (dag.is_paused ? { kind: 'does', warning: t('is_paused') } : { kind: 'does' }),
    run: trigger,
  },
  clear_failed: { role: 'user', effect: clearEffect, run: (dag) => clearFailed(dag, false) },
  delete: {
    role: 'user',
    danger: true,
    effect: (dag) => (dag.active_runs > 0 ? { kind: 'does', warning: t('has_active_runs') } : { kind: 'does' }),
    run: remove,
  },
};
