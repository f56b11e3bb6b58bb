// One action on many runs: what it will touch of each, found out without touching, and the doing.
import type { BulkAction } from '../../../actions/bulk';
import { clearTasks, deleteRun, NO_REACH, patchRun, unfinishedTasks } from '../../../actions/calls';
import type { Target } from '../../../actions/target';
import { t } from './text';

export type BulkName = 'clear' | 'clear_failed' | 'success' | 'failed' | 'delete';

const clear = (only_failed: boolean): BulkAction<Target> => ({
  effect: async (target) => {
    const { total_entries: count } = await clearTasks(target, { ...NO_REACH, only_failed }, true);
    return count === 0 ? { kind: 'nothing', why: t('nothing_to_do') } : { kind: 'does', count };
  },
  run: (target) => clearTasks(target, { ...NO_REACH, only_failed }, false),
});
const mark = (state: 'success' | 'failed'): BulkAction<Target> => ({
  effect: async (target) => ({ kind: 'does', count: (await unfinishedTasks(target)).total_entries }),
  run: (target) => patchRun(target, { state }),
});

export const BULK: Record<BulkName, BulkAction<Target>> = {
  clear: clear(false),
  clear_failed: clear(true),
  success: mark('success'),
  failed: mark('failed'),
  delete: { danger: true, effect: () => ({ kind: 'does' }), run: deleteRun },
};
