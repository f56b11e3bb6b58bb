// The layout as React Flow's nodes and edges. Sizes and handles are given, so that nothing is measured before it is drawn.
import { MarkerType, Position, type NodeHandle } from '@xyflow/react';
import type { RouteEdgeType } from './edges';
import type { Direction, Layout, PlacedNode } from './elk_graph';
import type { GroupNodeType, TaskNodeType } from './nodes';
import type { Structure } from './structure';
import { groupsOf } from './visible_graph';

export type FlowNode = TaskNodeType | GroupNodeType;

function handlesOf(node: PlacedNode, direction: Direction): NodeHandle[] {
  const is_lr = direction === 'lr';
  const spot = { width: 1, height: 1 };
  return [
    {
      ...{ id: null, type: 'target', position: is_lr ? Position.Left : Position.Top, ...spot },
      ...(is_lr ? { x: 0, y: node.height / 2 } : { x: node.width / 2, y: 0 }),
    },
    {
      ...{ id: null, type: 'source', position: is_lr ? Position.Right : Position.Bottom, ...spot },
      ...(is_lr ? { x: node.width, y: node.height / 2 } : { x: node.width / 2, y: node.height }),
    },
  ];
}

export function toFlow(
  layout: Layout,
  structure: Structure,
  direction: Direction,
): { nodes: FlowNode[]; edges: RouteEdgeType[] } {
  const groups = groupsOf(structure.root);
  const nodes = layout.nodes.map((node): FlowNode => {
    const { id, x, y, width, height, depth, label, is_open, task_ids } = node;
    const size = { width, height };
    // An open group lies under the edges, which lie under what it holds.
    const place = { id, position: { x, y }, ...size, measured: size, handles: handlesOf(node, direction) };
    if (node.kind === 'task')
      return { ...place, type: 'task', zIndex: 2000, data: { label, task: structure.tasks[id], direction } };
    const { tooltip = null, is_mapped = false } = groups.get(id) ?? {};
    const data = { label, tooltip, is_mapped, is_open, task_count: task_ids.length, direction };
    return { ...place, type: 'task_group', zIndex: is_open ? depth : 2000, data };
  });
  const markerEnd = { type: MarkerType.ArrowClosed, color: 'var(--line-strong)', width: 14, height: 14 };
  const edges = layout.edges.map((edge): RouteEdgeType => ({
    ...{
      id: edge.id,
      source: edge.source,
      target: edge.target,
      type: 'route',
      zIndex: 1000,
      data: { edge },
      markerEnd,
    },
  }));
  return { nodes, edges };
}
