// A DAG's grid: tasks × runs. What is chosen, folded and filtered is in the address.
import { useMemo, useState } from 'react';
import { useNavigate, useParams, useSearch } from '../../../app/navigation';
import { runPath, taskPath } from '../../../app/paths';
import { TriggerButton } from '../../../trigger/trigger_button';
import { Button } from '../../../ui/button';
import { EmptyState, ErrorState, Loading } from '../../../ui/feedback';
import type { GridRun } from '../queries';
import { Card } from './card';
import { isFiltered, useGridFilters } from './filters';
import type { Place } from './geometry';
import styles from './grid.module.css';
import { useOpenRows } from './open_rows';
import { Panel } from './panel';
import { rowsOf, type GridRow } from './rows';
import { Stage } from './stage';
import { t } from './text';
import { GridToolbar } from './toolbar';
import { useGrid } from './use_grid';

interface Glance {
  place: Place;
  point: { x: number; y: number };
}

/** The place of what the address has chosen. */
function placeOf(
  search: { get: (name: string) => string | undefined },
  rows: readonly GridRow[],
  runs: readonly GridRun[],
) {
  const column = runs.findIndex((run) => run.dag_run_id === search.get('dag_run_id'));
  if (column < 0) return undefined;
  const [kind, id] = search.get('group_id')
    ? (['group', search.get('group_id')] as const)
    : (['task', search.get('task_id')] as const);
  return { column, row: rows.findIndex((row) => row.kind === kind && row.id === id) };
}

function taskIdsIn(tasks: readonly { task_id: string }[], row: GridRow | undefined, run: GridRun): string[] {
  const there = row?.tasks.filter((number) => (run.states[number] ?? '.') !== '.') ?? [];
  return there.map((number) => tasks[number]?.task_id ?? '');
}

export default function GridPage() {
  const { dag_id = '' } = useParams();
  const search = useSearch();
  const navigate = useNavigate();
  const filters = useGridFilters();
  const { data: grid, error, refetch } = useGrid(dag_id, filters);
  const open_rows = useOpenRows(dag_id, grid);
  const [glance, setGlance] = useState<Glance>();
  const asked = search.get('task')?.toLowerCase();
  const rows = useMemo(() => {
    if (!grid) return [];
    if (!asked) return rowsOf(grid, (id) => open_rows.open.has(id));
    // What a search finds is shown, folded or not.
    return rowsOf(
      grid,
      () => true,
      ({ task_id, display_name }) =>
        task_id.toLowerCase().includes(asked) || display_name.toLowerCase().includes(asked),
    );
  }, [grid, asked, open_rows.open]);
  const runs = useMemo(() => grid?.runs.toReversed() ?? [], [grid]);

  if (!grid) return error ? <ErrorState error={error} onRetry={() => void refetch()} /> : <Loading rows={12} />;
  if (grid.tasks.length === 0) return <EmptyState title={t('no_tasks')}>{t('no_tasks_hint')}</EmptyState>;

  const selected = placeOf(search, rows, runs);
  const choose = ({ row, column }: Place) => {
    const shown = rows[row];
    search.set({
      dag_run_id: runs[column]?.dag_run_id ?? null,
      task_id: shown?.kind === 'task' ? shown.id : null,
      group_id: shown?.kind === 'group' ? shown.id : null,
    });
  };
  const open = ({ row, column }: Place) => {
    const run = runs[column];
    const shown = rows[row];
    if (!run) return;
    const { dag_run_id } = run;
    if (shown?.kind === 'group') open_rows.toggle(shown.id);
    else navigate(shown ? taskPath({ dag_id, dag_run_id, task_id: shown.id }) : runPath(dag_id, dag_run_id));
  };
  const glanced = glance && runs[glance.place.column];
  const chosen_run = selected && runs[selected.column];

  return (
    <>
      <GridToolbar filters={filters} open_rows={open_rows} shown={runs.length} total={grid.total_entries} />
      {runs.length === 0 && (
        <EmptyState
          title={isFiltered(filters) ? t('no_runs_fit') : t('no_runs')}
          action={
            isFiltered(filters) ? (
              <Button onClick={() => search.set({ run_state: null, run_type: null, until: null })}>
                {t('show_all')}
              </Button>
            ) : (
              <TriggerButton dag_id={dag_id} />
            )
          }
        >
          {!isFiltered(filters) && t('no_runs_hint')}
        </EmptyState>
      )}
      {runs.length > 0 && rows.length === 0 && (
        <EmptyState
          title={t('no_task_found')}
          action={<Button onClick={() => search.set({ task: null })}>{t('unfold_all')}</Button>}
        />
      )}
      {runs.length > 0 && rows.length > 0 && (
        <div className={styles.page}>
          <Stage
            rows={rows}
            runs={runs}
            selected={selected}
            onSelect={choose}
            onOpen={open}
            onToggle={open_rows.toggle}
            onHover={(place, point) => setGlance(place && { place, point })}
          />
          {chosen_run && (
            <Panel
              dag_id={dag_id}
              run={chosen_run}
              row={rows[selected.row]}
              task_ids={taskIdsIn(grid.tasks, rows[selected.row], chosen_run)}
              onClose={() => search.set({ dag_run_id: null, task_id: null, group_id: null })}
            />
          )}
        </div>
      )}
      {glance && glanced && <Card row={rows[glance.place.row]} run={glanced} point={glance.point} />}
    </>
  );
}
