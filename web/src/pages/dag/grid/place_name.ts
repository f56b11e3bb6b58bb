// A place of the grid in words.
import { shortTimeOf } from '../../../app/zones';
import { lookOf, stateOfLetter } from '../../../ui/states';
import { runTypeLabel } from '../frame/run_type';
import type { GridRun } from '../queries';
import type { Place } from './geometry';
import { letterOf, type GridRow } from './rows';
import { t } from './text';

export function nameOfPlace({ row, column }: Place, rows: readonly GridRow[], runs: readonly GridRun[]): string {
  const run = runs[column];
  const shown = rows[row];
  const time = run ? shortTimeOf(run.run_after) : '';
  if (!shown)
    return run
      ? t('run_cell', { run: run.dag_run_id, type: runTypeLabel(run.run_type), state: lookOf(run.state).label })
      : '';
  if (!run) {
    if (shown.kind === 'task') return t('task_row', { name: shown.label });
    const folded = shown.is_open ? t('is_open') : t('is_folded');
    return `${t('group_row', { name: shown.label, count: shown.tasks.length })}, ${folded}`;
  }
  const state = stateOfLetter(letterOf(shown, run));
  const told = { name: shown.label, state: state ? lookOf(state).label : t('not_in_run'), time };
  return shown.kind === 'group' ? t('group_cell', told) : t('task_cell', told);
}
