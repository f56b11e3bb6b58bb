// Ways through the graph: what comes before and after a node, and where an arrow key leads.
import type { Direction, Layout, PlacedNode } from './elk_graph';
import type { Structure } from './structure';
import type { VisibleEdge } from './visible_graph';

export interface Related {
  upstream: Set<string>;
  downstream: Set<string>;
}

function reach(from: string, next: Map<string, string[]>): Set<string> {
  const seen = new Set<string>();
  const waiting = [from];
  for (let id = waiting.pop(); id !== undefined; id = waiting.pop())
    for (const other of next.get(id) ?? []) {
      if (seen.has(other)) continue;
      seen.add(other);
      waiting.push(other);
    }
  seen.delete(from);
  return seen;
}

function adjacency(edges: { source: string; target: string }[]): {
  before: Map<string, string[]>;
  after: Map<string, string[]>;
} {
  const before = new Map<string, string[]>();
  const after = new Map<string, string[]>();
  const add = (to: Map<string, string[]>, key: string, value: string) => {
    const known = to.get(key);
    if (known === undefined) to.set(key, [value]);
    else known.push(value);
  };
  for (const { source, target } of edges) {
    add(before, target, source);
    add(after, source, target);
  }
  return { before, after };
}

/** All tasks before and after a task, at any distance. */
export function relatedTo(structure: Structure, task_id: string): Related {
  const { before, after } = adjacency(structure.edges);
  return { upstream: reach(task_id, before), downstream: reach(task_id, after) };
}

/** The tasks right before and after each task. */
export function neighboursOf(structure: Structure): {
  upstream: Map<string, string[]>;
  downstream: Map<string, string[]>;
} {
  const { before, after } = adjacency(structure.edges);
  return { upstream: before, downstream: after };
}

export type Arrow = 'ArrowLeft' | 'ArrowRight' | 'ArrowUp' | 'ArrowDown';
export const isArrow = (key: string): key is Arrow => /^Arrow(Left|Right|Up|Down)$/.test(key);

interface Axis {
  along: 'x' | 'y';
  across: 'x' | 'y';
  length: 'width' | 'height';
  breadth: 'width' | 'height';
}
const AXES: Record<Direction, Axis> = {
  lr: { along: 'x', across: 'y', length: 'width', breadth: 'height' },
  tb: { along: 'y', across: 'x', length: 'height', breadth: 'width' },
};

const middle = (node: PlacedNode, axis: 'x' | 'y') => node[axis] + (axis === 'x' ? node.width : node.height) / 2;

/** Edges of an open group are those of what it holds, too: nothing is out of reach. */
function edgeEnds(edges: VisibleEdge[], id: string, forward: boolean): string[] {
  return edges.flatMap((edge) =>
    (forward ? edge.source : edge.target) === id ? [forward ? edge.target : edge.source] : [],
  );
}

function nearest(nodes: PlacedNode[], distance: (node: PlacedNode) => number): PlacedNode | undefined {
  let best: PlacedNode | undefined;
  for (const node of nodes) if (best === undefined || distance(node) < distance(best)) best = node;
  return best;
}

/**
 * Where an arrow key leads from a node. In the graph's direction: along an edge, also one that begins at the border of a group around
 * the node; to an open group's first node from its border. Across it: the next node beside it. Null where there is none.
 */
export function walk(layout: Layout, direction: Direction, from: string, arrow: Arrow): string | null {
  const by_id = new Map(layout.nodes.map((node) => [node.id, node]));
  const start = by_id.get(from);
  if (start === undefined) return null;
  const { along, across, length, breadth } = AXES[direction];
  const is_along = (arrow === 'ArrowLeft' || arrow === 'ArrowRight') === (along === 'x');
  const forward = arrow === 'ArrowRight' || arrow === 'ArrowDown';

  if (is_along) {
    for (let id: string | null = from; id !== null; id = by_id.get(id)?.parent ?? null) {
      const ends = edgeEnds(layout.edges, id, forward).flatMap((end) => by_id.get(end) ?? []);
      const found = nearest(ends, (node) => Math.abs(middle(node, across) - middle(start, across)));
      if (found !== undefined) return found.id;
    }
    if (!start.is_open) return null;
    // Into the group: what is in it, at its near end.
    const inner = layout.nodes.filter((node) => node.parent === from);
    return nearest(inner, (node) => (forward ? node[along] : -node[along]))?.id ?? null;
  }

  const beside = layout.nodes.filter((node) => {
    if (node.id === from || node.is_open) return false;
    const overlaps = node[along] < start[along] + start[length] && start[along] < node[along] + node[length];
    return (
      overlaps &&
      (forward ? node[across] >= start[across] + start[breadth] : node[across] + node[breadth] <= start[across])
    );
  });
  return nearest(beside, (node) => Math.abs(middle(node, across) - middle(start, across)))?.id ?? null;
}
