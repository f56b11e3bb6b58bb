// A task with what is known of its last runs.
import type { Schemas } from '../../../api/client';
import { medianOf } from '../../../ui/charts/scale';
import { stateOfLetter, type TaskState } from '../../../ui/states';
import type { Durations } from '../charts/durations';
import type { Grid } from '../queries';

export interface TaskRow {
  task: Schemas['TaskResponse'];
  /** Newest first; undefined: the run has no such task. */
  last: { dag_run_id: string; state: TaskState | undefined }[];
  median_seconds: number | null;
}

export function rowsOf(
  tasks: readonly Schemas['TaskResponse'][],
  grid: Pick<Grid, 'tasks' | 'runs'> | undefined,
  durations: Durations | undefined,
): TaskRow[] {
  const number = new Map(grid?.tasks.map(({ task_id }, at) => [task_id, at]));
  const seconds = new Map(durations?.tasks.map((task) => [task.task_id, task.seconds]));
  return tasks.map((task) => {
    const at = number.get(task.task_id);
    const known = (seconds.get(task.task_id) ?? []).filter((each) => each !== null);
    return {
      task,
      last:
        at === undefined
          ? []
          : (grid?.runs ?? []).map(({ dag_run_id, states }) => ({
              dag_run_id,
              state: stateOfLetter(states[at] ?? '.'),
            })),
      median_seconds: known.length === 0 ? null : medianOf(known),
    };
  });
}

export function fits({ task }: TaskRow, text: string, operator: string): boolean {
  const part = text.trim().toLowerCase();
  const named = [task.task_id, task.task_display_name].some((name) => name.toLowerCase().includes(part));
  return named && (operator === '' || task.operator_name === operator);
}

type Order = (a: TaskRow, b: TaskRow) => number;
const ORDERS: Record<string, Order> = {
  task_id: (a, b) => a.task.task_id.localeCompare(b.task.task_id),
  operator: (a, b) => a.task.operator_name.localeCompare(b.task.operator_name),
  duration: (a, b) => (a.median_seconds ?? -1) - (b.median_seconds ?? -1),
};

/** Without an order that is known: as the DAG has them. */
export function sorted(rows: readonly TaskRow[], order_by: string | undefined): TaskRow[] {
  const order = ORDERS[order_by?.replace(/^-/, '') ?? ''];
  if (!order) return [...rows];
  return rows.toSorted(order_by?.startsWith('-') ? (a, b) => order(b, a) : order);
}
