// What of a DAG's structure is drawn when some groups are folded: nodes, and edges between them.
//
// - A folded group stands for all in it; edges to and from its tasks are merged into one.
// - When each leaf of an open group (or task) has an edge to each root of another, which is what `group_a >> group_b` makes, one edge
//   between the borders is drawn for them: 100 × 100 tasks are one line, not 10,000.
import type { Structure, StructureGroup } from './structure';

export interface VisibleNode {
  id: string;
  kind: 'task' | 'group';
  /** The open group around it; null at the DAG's own level. */
  parent: string | null;
  /** For a group: whether its children are drawn inside it. */
  is_open: boolean;
  label: string;
  /** For a group: all tasks in it, at any depth. */
  task_ids: string[];
}

export interface VisibleEdge {
  id: string;
  source: string;
  target: string;
  labels: string[];
  is_setup_teardown: boolean;
  /** How many edges between tasks it stands for. */
  count: number;
}

export interface VisibleGraph {
  /** A group comes before what is in it. */
  nodes: VisibleNode[];
  edges: VisibleEdge[];
}

/** All groups of the structure by id, outer ones first. */
export function groupsOf(root: StructureGroup): Map<string, StructureGroup> {
  const groups = new Map<string, StructureGroup>();
  const visit = (group: StructureGroup) => {
    if (group.group_id !== null) groups.set(group.group_id, group);
    for (const child of group.children) if ('group' in child) visit(child.group);
  };
  visit(root);
  return groups;
}

/** The ids of the tasks in a group, at any depth, in the structure's order. */
export function taskIdsOf(group: StructureGroup): string[] {
  return group.children.flatMap((child) => ('task' in child ? [child.task] : taskIdsOf(child.group)));
}

/** A task's name where its group is seen: without the group's id before it, unless it was given a name of its own. */
export function nameInGroup(structure: Structure, task_id: string, group_id: string | null): string {
  const name = structure.tasks[task_id]?.display_name ?? task_id;
  return group_id !== null && name === task_id && name.startsWith(`${group_id}.`)
    ? name.slice(group_id.length + 1)
    : name;
}

export function visibleGraph(structure: Structure, isOpen: (group_id: string) => boolean): VisibleGraph {
  const nodes: VisibleNode[] = [];
  const shown_as = new Map<string, string>(); // task -> the node that stands for it
  const visit = (group: StructureGroup, parent: string | null) => {
    for (const child of group.children) {
      if ('task' in child) {
        const label = nameInGroup(structure, child.task, parent);
        nodes.push({ id: child.task, kind: 'task', parent, is_open: false, label, task_ids: [] });
        shown_as.set(child.task, child.task);
        continue;
      }
      const { group_id, label } = child.group;
      if (group_id === null) continue;
      const is_open = isOpen(group_id);
      const task_ids = taskIdsOf(child.group);
      nodes.push({ id: group_id, kind: 'group', parent, is_open, label, task_ids });
      if (is_open) visit(child.group, group_id);
      else for (const task_id of task_ids) shown_as.set(task_id, group_id);
    }
  };
  visit(structure.root, null);
  return { nodes, edges: mergeAtBorders(nodes, liftedEdges(structure, shown_as)) };
}

const edgeId = (source: string, target: string) => `${source}\u0001${target}`;

function liftedEdges(structure: Structure, shown_as: Map<string, string>): VisibleEdge[] {
  const edges = new Map<string, VisibleEdge>();
  for (const edge of structure.edges) {
    const source = shown_as.get(edge.source);
    const target = shown_as.get(edge.target);
    if (source === undefined || target === undefined || source === target) continue;
    const id = edgeId(source, target);
    const known = edges.get(id);
    const labels = edge.label === null || edge.label === '' ? [] : [edge.label];
    if (known === undefined) {
      edges.set(id, { id, source, target, labels, is_setup_teardown: edge.is_setup_teardown, count: 1 });
    } else {
      known.count += 1;
      known.is_setup_teardown &&= edge.is_setup_teardown;
      for (const label of labels) if (!known.labels.includes(label)) known.labels.push(label);
    }
  }
  return [...edges.values()];
}

/** The node and the open groups around it, innermost first. */
function chainOf(id: string, parents: Map<string, string | null>): string[] {
  const chain = [id];
  for (let parent = parents.get(id) ?? null; parent !== null; parent = parents.get(parent) ?? null) chain.push(parent);
  return chain;
}

/** How many of the outermost groups both chains share. */
function sharedBy(first: string[], second: string[]): number {
  let shared = 0;
  while (shared < first.length && shared < second.length && first.at(-1 - shared) === second.at(-1 - shared))
    shared += 1;
  return shared;
}

interface Border {
  roots: Set<string>;
  leaves: Set<string>;
}

type Chains = Map<string, string[]>;

/** For each open group, the drawn nodes in it that nothing in it comes before (roots) or after (leaves). */
function bordersOf(nodes: VisibleNode[], edges: VisibleEdge[], chains: Chains): Map<string, Border> {
  const borders = new Map<string, Border>();
  for (const node of nodes) {
    if (node.is_open) continue;
    for (const id of chains.get(node.id) ?? []) {
      let border = borders.get(id);
      if (border === undefined) borders.set(id, (border = { roots: new Set(), leaves: new Set() }));
      border.roots.add(node.id);
      border.leaves.add(node.id);
    }
  }
  for (const { source, target } of edges) {
    const around = chains.get(source) ?? [];
    const shared = sharedBy(around, chains.get(target) ?? []);
    for (let i = around.length - shared; i < around.length; i += 1) {
      const border = borders.get(around[i] ?? '');
      border?.leaves.delete(source);
      border?.roots.delete(target);
    }
  }
  return borders;
}

interface Pair {
  id: string;
  source: string;
  target: string;
  /** How many edges there are when each leaf of the source goes to each root of the target. */
  whole: number;
}

/** The pairs of borders that a plain edge crosses from a leaf to a root. */
function pairsOf(edge: VisibleEdge, chains: Chains, borders: Map<string, Border>): Pair[] {
  if (edge.labels.length > 0 || edge.is_setup_teardown) return [];
  const sources = chains.get(edge.source) ?? [];
  const targets = chains.get(edge.target) ?? [];
  const shared = sharedBy(sources, targets);
  const pairs: Pair[] = [];
  for (const source of sources.slice(0, sources.length - shared)) {
    const leaves = borders.get(source)?.leaves;
    if (leaves?.has(edge.source) !== true) continue;
    for (const target of targets.slice(0, targets.length - shared)) {
      const roots = borders.get(target)?.roots;
      if (roots?.has(edge.target) !== true) continue;
      pairs.push({ source, target, id: edgeId(source, target), whole: leaves.size * roots.size });
    }
  }
  return pairs;
}

function mergeAtBorders(nodes: VisibleNode[], edges: VisibleEdge[]): VisibleEdge[] {
  if (!nodes.some((node) => node.is_open)) return edges;
  const parents = new Map(nodes.map((node) => [node.id, node.parent]));
  const chains = new Map(nodes.map((node) => [node.id, chainOf(node.id, parents)]));
  const borders = bordersOf(nodes, edges, chains);

  const pairs = edges.map((edge) => pairsOf(edge, chains, borders));
  const found = new Map<string, number>();
  for (const { id } of pairs.flat()) found.set(id, (found.get(id) ?? 0) + 1);

  const merged = new Map<string, VisibleEdge>();
  edges.forEach((edge, i) => {
    let best: Pair = { source: edge.source, target: edge.target, id: edge.id, whole: 1 };
    for (const pair of pairs[i] ?? [])
      if (pair.whole >= best.whole && pair.whole > 1 && found.get(pair.id) === pair.whole) best = pair;
    const known = merged.get(best.id);
    if (known !== undefined) known.count += edge.count;
    else merged.set(best.id, { ...edge, id: best.id, source: best.source, target: best.target });
  });
  return [...merged.values()];
}
