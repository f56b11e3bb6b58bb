// A run's tries as a Gantt chart: rows, the phases of each try, and the chain of tries that determined the run's end. Times are in ms.
import type { Schemas } from '../../../api/client';
import type { Structure, StructureGroup } from '../graph/structure';
import { nameInGroup, taskIdsOf } from '../graph/visible_graph';

/** One of `GET /gale/dags/{dag_id}/dagRuns/{dag_run_id}/gantt`. */
export type Try = Schemas['Gantt']['tries'][number];

export interface Segment {
  phase: 'scheduled' | 'queued' | 'running';
  from: number;
  to: number;
  /** It still goes on: `to` is now. */
  is_open: boolean;
}

export interface Span {
  from: number;
  to: number;
}

export const tryKey = (of: Try) => `${of.task_id} ${String(of.map_index)} ${String(of.try_number)}`;

const at = (date: string | null): number | null => (date === null ? null : Date.parse(date));

/** The phases that a try went through, in order. A phase that took no time is left out, but for a run that started and ended at once. */
export function segmentsOf(of: Try, now: number): Segment[] {
  const scheduled = at(of.scheduled_when);
  const queued = at(of.queued_when);
  const started = at(of.start_date);
  const ended = at(of.end_date);
  const segments: Segment[] = [];
  const add = (phase: Segment['phase'], from: number | null, to: number | null, least: number) => {
    if (from === null) return;
    const is_open = to === null;
    const end = Math.max(from, to ?? now);
    if (is_open || end - from >= least) segments.push({ phase, from, to: end, is_open });
  };
  add('scheduled', scheduled, queued ?? started ?? ended, 1);
  add('queued', queued, started ?? ended, 1);
  add('running', started, ended, 0);
  return segments;
}

export function spanOf(tries: Try[], now: number): Span | null {
  let from = Infinity;
  let to = -Infinity;
  for (const each of tries)
    for (const segment of segmentsOf(each, now)) {
      from = Math.min(from, segment.from);
      to = Math.max(to, segment.to);
    }
  return from <= to ? { from, to } : null;
}

export interface Row {
  id: string;
  kind: 'group' | 'task' | 'mapped_task' | 'mapped_instance';
  label: string;
  depth: number;
  /** Null for what cannot be folded. */
  is_open: boolean | null;
  task_id: string | null;
  map_index: number;
  /** In the order of their start; for groups and mapped tasks all below them. */
  tries: Try[];
}

function byMapIndex(tries: Try[]): Map<number, Try[]> {
  const instances = new Map<number, Try[]>();
  for (const each of tries) {
    const known = instances.get(each.map_index);
    if (known === undefined) instances.set(each.map_index, [each]);
    else known.push(each);
  }
  return instances;
}

export const mappedRowId = (task_id: string) => `${task_id}[]`;

/** Rows in the structure's order; tasks that the structure does not know, and which the run has, follow. */
export function rowsOf(structure: Structure, tries: Try[], isOpen: (row_id: string) => boolean): Row[] {
  const by_task = new Map<string, Try[]>();
  for (const each of tries) {
    const known = by_task.get(each.task_id);
    if (known === undefined) by_task.set(each.task_id, [each]);
    else known.push(each);
  }
  for (const own of by_task.values()) own.sort((a, b) => a.map_index - b.map_index || a.try_number - b.try_number);

  const rows: Row[] = [];
  const addTask = (task_id: string, depth: number, group_id: string | null) => {
    const own = by_task.get(task_id) ?? [];
    const label = nameInGroup(structure, task_id, group_id);
    const is_mapped = own.some((each) => each.map_index >= 0);
    const id = is_mapped ? mappedRowId(task_id) : task_id;
    const is_open = is_mapped ? isOpen(id) : null;
    const kind = is_mapped ? 'mapped_task' : 'task';
    rows.push({ id, kind, label, depth, is_open, task_id, map_index: -1, tries: own });
    if (is_open !== true) return;
    for (const [map_index, instance] of byMapIndex(own)) {
      const name = `${label} [${String(map_index)}]`;
      const key = `${task_id}[${String(map_index)}]`;
      const below = depth + 1;
      rows.push({
        id: key,
        kind: 'mapped_instance',
        label: name,
        depth: below,
        is_open: null,
        task_id,
        map_index,
        tries: instance,
      });
    }
  };
  const visit = (group: StructureGroup, depth: number) => {
    for (const child of group.children) {
      if ('task' in child) {
        addTask(child.task, depth, group.group_id);
        continue;
      }
      const id = child.group.group_id ?? '';
      const is_open = isOpen(id);
      const below = taskIdsOf(child.group).flatMap((task_id) => by_task.get(task_id) ?? []);
      rows.push({
        id,
        kind: 'group',
        label: child.group.label,
        depth,
        is_open,
        task_id: null,
        map_index: -1,
        tries: below,
      });
      if (is_open) visit(child.group, depth + 1);
    }
  };
  visit(structure.root, 0);
  for (const task_id of by_task.keys()) if (!(task_id in structure.tasks)) addTask(task_id, 0, null);
  return rows;
}

const isFinished = (of: Try) => of.end_date !== null;

/**
 * The chain of tries that determined when the run ended: from the last end back, each time to the try before (of a retried task
 * instance), or else to the task upstream that ended last. Its keys, in order of time. Empty while the run goes on.
 */
export function criticalPath(structure: Structure, tries: Try[]): string[] {
  if (tries.length === 0 || tries.some((each) => each.start_date !== null && !isFinished(each))) return [];
  const ends = tries.filter((each) => each.end_date !== null);
  const upstream = new Map<string, string[]>();
  for (const edge of structure.edges) upstream.set(edge.target, [...(upstream.get(edge.target) ?? []), edge.source]);
  const last_of = new Map<string, Try>();
  const by_key = new Map<string, Try>();
  const isLater = (each: Try, than: Try | undefined) =>
    than === undefined || (at(each.end_date) ?? 0) > (at(than.end_date) ?? 0);
  for (const each of ends) {
    by_key.set(tryKey(each), each);
    if (isLater(each, last_of.get(each.task_id))) last_of.set(each.task_id, each);
  }

  const path: string[] = [];
  let current: Try | undefined;
  for (const each of ends) if (isLater(each, current)) current = each;
  while (current !== undefined && !path.includes(tryKey(current))) {
    path.push(tryKey(current));
    const before: Try | undefined = by_key.get(tryKey({ ...current, try_number: current.try_number - 1 }));
    if (before !== undefined) {
      current = before;
      continue;
    }
    let previous: Try | undefined;
    for (const task_id of upstream.get(current.task_id) ?? []) {
      const candidate = last_of.get(task_id);
      if (candidate !== undefined && isLater(candidate, previous)) previous = candidate;
    }
    current = previous;
  }
  return path.toReversed();
}
