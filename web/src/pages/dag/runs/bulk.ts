// One action on many runs: what it will touch of each, found out without touching, and the doing.
import { clearTasks, deleteRun, NO_REACH, patchRun, unfinishedTasks } from '../../../actions/calls';
import type { Target } from '../../../actions/target';

export type BulkName = 'clear' | 'clear_failed' | 'success' | 'failed' | 'delete';

export interface BulkAction {
  danger?: true;
  /** How many task instances of the run; undefined: the run as a whole. */
  effect: (target: Target) => Promise<number | undefined>;
  run: (target: Target) => Promise<unknown>;
  /** Without any task instance there is nothing to do. */
  needs_tasks?: true;
}

const clear = (only_failed: boolean): BulkAction => ({
  needs_tasks: true,
  effect: async (target) => (await clearTasks(target, { ...NO_REACH, only_failed }, true)).total_entries,
  run: (target) => clearTasks(target, { ...NO_REACH, only_failed }, false),
});
const mark = (state: 'success' | 'failed'): BulkAction => ({
  effect: async (target) => (await unfinishedTasks(target)).total_entries,
  run: (target) => patchRun(target, { state }),
});

export const BULK: Record<BulkName, BulkAction> = {
  clear: clear(false),
  clear_failed: clear(true),
  success: mark('success'),
  failed: mark('failed'),
  delete: { danger: true, effect: async () => undefined, run: deleteRun },
};

export type Outcome = { kind: 'known'; count: number | undefined } | { kind: 'done' } | { kind: 'failed'; why: string };

export const isTouched = (action: BulkAction, outcome: Outcome | undefined): boolean =>
  outcome?.kind === 'known' && (!action.needs_tasks || (outcome.count ?? 0) > 0);
