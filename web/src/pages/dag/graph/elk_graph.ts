// To ELK's graph and back: sizes and options in, flat arrays in the DAG's coordinates out. Pure, so that it is tested without a worker.
import type { ElkExtendedEdge, ElkLabel, ElkNode } from 'elkjs/lib/elk-api';
import type { VisibleEdge, VisibleGraph, VisibleNode } from './visible_graph';

export type Direction = 'lr' | 'tb';

export interface Point {
  x: number;
  y: number;
}

export interface PlacedNode extends VisibleNode {
  x: number;
  y: number;
  width: number;
  height: number;
  depth: number;
}

export interface PlacedEdge extends VisibleEdge {
  points: Point[];
  label: (Point & { text: string; width: number; height: number }) | null;
}

export interface Layout {
  nodes: PlacedNode[];
  edges: PlacedEdge[];
  width: number;
  height: number;
}

const TASK_SIZE = { width: 208, height: 60 };
const GROUP_SIZE = { width: 208, height: 72 };
const LABEL_HEIGHT = 18;
const LABEL_GLYPH = 6.6; // the widest that a letter of a label is on the average, in px
const LABEL_MOST = 180;

/** From here on the exact placement costs more than it shows (1,000 tasks: 4 s instead of 0.6). */
const LARGE_GRAPH = 300;

function optionsFor(direction: Direction, size: number): Record<string, string> {
  return {
    'elk.algorithm': 'layered',
    'elk.direction': direction === 'lr' ? 'RIGHT' : 'DOWN',
    'elk.hierarchyHandling': 'INCLUDE_CHILDREN',
    'elk.edgeRouting': 'ORTHOGONAL',
    'elk.json.shapeCoords': 'ROOT',
    'elk.json.edgeCoords': 'ROOT',
    'elk.padding': '[top=16,left=16,bottom=16,right=16]',
    'elk.spacing.nodeNode': '24',
    'elk.spacing.edgeNode': '16',
    'elk.spacing.edgeEdge': '10',
    'elk.spacing.componentComponent': '40',
    'elk.layered.spacing.nodeNodeBetweenLayers': '56',
    'elk.layered.spacing.edgeNodeBetweenLayers': '20',
    'elk.layered.considerModelOrder.strategy': size > LARGE_GRAPH ? 'NONE' : 'NODES_AND_EDGES',
    'elk.layered.nodePlacement.strategy': size > LARGE_GRAPH ? 'BRANDES_KOEPF' : 'NETWORK_SIMPLEX',
    'elk.layered.thoroughness': size > LARGE_GRAPH ? '1' : '7',
  };
}

const groupPadding = { 'elk.padding': '[top=44,left=16,bottom=16,right=16]' };

export function toElk(graph: VisibleGraph, direction: Direction): ElkNode {
  const size = graph.nodes.length + graph.edges.length;
  const root: ElkNode & { edges: ElkExtendedEdge[]; children: ElkNode[] } = {
    id: '\u0000root',
    layoutOptions: optionsFor(direction, size),
    children: [],
    edges: [],
  };
  const by_id = new Map<string, ElkNode>();
  for (const node of graph.nodes) {
    const drawn: ElkNode =
      node.kind === 'group' && node.is_open
        ? { id: node.id, layoutOptions: groupPadding, children: [] }
        : { id: node.id, ...(node.kind === 'group' ? GROUP_SIZE : TASK_SIZE) };
    by_id.set(node.id, drawn);
    const parent = node.parent === null ? root : by_id.get(node.parent);
    parent?.children?.push(drawn);
  }
  for (const edge of graph.edges) {
    const text = edge.labels.join(', ');
    const width = Math.min(LABEL_MOST, Math.ceil(text.length * LABEL_GLYPH) + 12);
    root.edges.push({
      id: edge.id,
      sources: [edge.source],
      targets: [edge.target],
      ...(text === '' ? {} : { labels: [{ text, width, height: LABEL_HEIGHT }] }),
    });
  }
  return root;
}

function placedLabel(label: ElkLabel | undefined): PlacedEdge['label'] {
  if (label === undefined) return null;
  const { text = '', x = 0, y = 0, width = 0, height = 0 } = label;
  return { text, x, y, width, height };
}

/**
 * ELK puts those tasks of a group that have no edges of their own (they hang on the group's border) in any order: they change places so
 * that they are as in the DAG's file. (Its model order, which would do that, fails inside groups.)
 */
function inModelOrder(nodes: PlacedNode[], edges: VisibleEdge[]): PlacedNode[] {
  const tied = new Set(edges.flatMap((edge) => [edge.source, edge.target]));
  const alike = new Map<string, PlacedNode[]>();
  for (const node of nodes) {
    if (tied.has(node.id) || node.is_open || node.parent === null) continue;
    const key = `${node.parent} ${node.width} ${node.height}`;
    alike.set(key, [...(alike.get(key) ?? []), node]);
  }
  const places = new Map<string, Point>();
  for (const group of alike.values()) {
    const sorted = group.map(({ x, y }) => ({ x, y })).toSorted((a, b) => a.y - b.y || a.x - b.x);
    group.forEach((node, i) => places.set(node.id, sorted[i] ?? node));
  }
  return nodes.map((node) => ({ ...node, ...places.get(node.id) }));
}

export function fromElk(graph: VisibleGraph, placed: ElkNode): Layout {
  const boxes = new Map<string, { node: ElkNode; depth: number }>();
  const visit = (node: ElkNode, depth: number) => {
    for (const child of node.children ?? []) {
      boxes.set(child.id, { node: child, depth });
      visit(child, depth + 1);
    }
  };
  visit(placed, 0);
  const routes = new Map((placed.edges ?? []).map((edge) => [edge.id, edge]));
  const nodes = graph.nodes.map((node) => {
    const box = boxes.get(node.id);
    const { x = 0, y = 0, width = 0, height = 0 } = box?.node ?? {};
    return { ...node, x, y, width, height, depth: box?.depth ?? 0 };
  });
  const edges = graph.edges.map((edge) => {
    const route = routes.get(edge.id);
    const points = (route?.sections ?? []).flatMap((section) => [
      section.startPoint,
      ...(section.bendPoints ?? []),
      section.endPoint,
    ]);
    return { ...edge, points, label: placedLabel(route?.labels?.[0]) };
  });
  return { nodes: inModelOrder(nodes, graph.edges), edges, width: placed.width ?? 0, height: placed.height ?? 0 };
}
