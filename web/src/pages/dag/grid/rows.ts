// The grid's rows: groups, folded or open, and tasks; and what a group shows of its tasks.
import { stateOfLetter, TASK_STATES, type TaskState } from '../../../ui/states';
import { BY_WEIGHT } from '../graph/task_states';
import type { StructureGroup } from '../graph/structure';
import type { Grid, GridRun } from '../queries';

export interface GridRow {
  kind: 'task' | 'group';
  /** task_id or group_id. */
  id: string;
  label: string;
  depth: number;
  /** Of a group: whether its rows follow. */
  is_open: boolean;
  /** The numbers of its tasks: one of a task, all below of a group. */
  tasks: readonly number[];
  is_mapped: boolean;
}

export function groupIdsOf(root: StructureGroup): string[] {
  return root.children.flatMap((child) =>
    'group' in child ? [child.group.group_id ?? '', ...groupIdsOf(child.group)] : [],
  );
}

/** Rows as they are seen, top to bottom. `wanted`: tasks that a search leaves; groups without any are left out. */
export function rowsOf(
  grid: Pick<Grid, 'root' | 'tasks'>,
  isOpen: (group_id: string) => boolean,
  wanted: (task: Grid['tasks'][number]) => boolean = () => true,
): GridRow[] {
  const numbers = new Map(grid.tasks.map((task, number) => [task.task_id, number]));
  const visit = (group: StructureGroup, depth: number): { rows: GridRow[]; tasks: number[] } => {
    const rows: GridRow[] = [];
    const tasks: number[] = [];
    for (const child of group.children) {
      if ('task' in child) {
        const number = numbers.get(child.task);
        const task = number === undefined ? undefined : grid.tasks[number];
        if (number === undefined || !task || !wanted(task)) continue;
        tasks.push(number);
        const { is_mapped } = task;
        // Within its group a task needs no group's name.
        const prefix = `${group.group_id}.`;
        const label =
          task.display_name === child.task && child.task.startsWith(prefix)
            ? child.task.slice(prefix.length)
            : task.display_name;
        rows.push({ kind: 'task', id: child.task, label, depth, is_open: false, tasks: [number], is_mapped });
        continue;
      }
      const id = child.group.group_id ?? '';
      const inner = visit(child.group, depth + 1);
      if (inner.tasks.length === 0) continue;
      const is_open = isOpen(id);
      const { label, is_mapped } = child.group;
      for (const number of inner.tasks) tasks.push(number);
      rows.push({ kind: 'group', id, label, depth, is_open, tasks: inner.tasks, is_mapped });
      if (is_open) for (const row of inner.rows) rows.push(row);
    }
    return { rows, tasks };
  };
  return visit(grid.root, 0).rows;
}

export type StateCounts = Partial<Record<TaskState, number>>;

/** How many of a row's task instances are in which state; a mapped task's instances each count. */
export function countsOf(row: GridRow, run: GridRun): StateCounts {
  const counts: StateCounts = {};
  const add = (state: string, count: number) => {
    if (state in TASK_STATES) counts[state as TaskState] = (counts[state as TaskState] ?? 0) + count;
  };
  for (const number of row.tasks) {
    const mapped = run.mapped[number];
    if (mapped) for (const [state, count] of Object.entries(mapped)) add(state, count);
    else {
      const state = stateOfLetter(run.states[number] ?? '.');
      if (state) add(state, 1);
    }
  }
  return counts;
}

const WEIGHT = new Map(BY_WEIGHT.map((state, weight) => [TASK_STATES[state].letter as string, weight]));

/** The letter of a cell: of a group, that of the state most worth knowing; '.' where the run has nothing of it. */
export function letterOf(row: GridRow, run: GridRun): string {
  if (row.kind === 'task') return run.states[row.tasks[0] ?? -1] ?? '.';
  const found = group_letters.get(run)?.get(row.id);
  if (found && found.tasks === row.tasks) return found.letter;
  let letter = '.';
  let best = Infinity;
  for (const number of row.tasks) {
    const weight = WEIGHT.get(run.states[number] ?? '.') ?? Infinity;
    if (weight >= best) continue;
    best = weight;
    letter = run.states[number] ?? '.';
  }
  let of_run = group_letters.get(run);
  if (!of_run) group_letters.set(run, (of_run = new Map()));
  of_run.set(row.id, { tasks: row.tasks, letter });
  return letter;
}
// A run that changes is another object, so that what is kept of it goes with it.
const group_letters = new WeakMap<GridRun, Map<string, { tasks: readonly number[]; letter: string }>>();
