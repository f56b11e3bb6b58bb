import { describe, expect, test } from 'vitest';
import type { Layout, PlacedNode } from './elk_graph';
import { group, structure } from './examples';
import { neighboursOf, relatedTo, walk } from './walk';

const dag = structure(group(null, ['a', 'b', 'c', 'd', 'e']), ['a>b', 'a>c', 'b>d', 'c>d']);

test('all before and after a task', () => {
  expect(relatedTo(dag, 'b')).toEqual({ upstream: new Set(['a']), downstream: new Set(['d']) });
  expect(relatedTo(dag, 'd').upstream).toEqual(new Set(['a', 'b', 'c']));
  expect(relatedTo(dag, 'e')).toEqual({ upstream: new Set(), downstream: new Set() });
});

test('right before and after', () => {
  const { upstream, downstream } = neighboursOf(dag);
  expect(upstream.get('d')).toEqual(['b', 'c']);
  expect(downstream.get('a')).toEqual(['b', 'c']);
  expect(upstream.get('a')).toBeUndefined();
});

function placed(id: string, x: number, y: number, more: Partial<PlacedNode> = {}): PlacedNode {
  const size = { width: 100, height: 40, depth: 0 };
  return { id, kind: 'task', parent: null, is_open: false, label: id, task_ids: [], x, y, ...size, ...more };
}
const edge = (source: string, target: string) => ({
  id: `${source} ${target}`,
  source,
  target,
  labels: [],
  is_setup_teardown: false,
  count: 1,
  points: [],
  label: null,
});

// a → [g: b above c] → d, with e below a.
const layout: Layout = {
  nodes: [
    placed('a', 0, 100),
    placed('g', 150, 0, { kind: 'group', is_open: true, width: 200, height: 300 }),
    placed('b', 200, 50, { parent: 'g' }),
    placed('c', 200, 150, { parent: 'g' }),
    placed('d', 400, 100),
    placed('e', 0, 200),
  ],
  edges: [edge('a', 'g'), edge('c', 'd')],
  width: 500,
  height: 300,
};

describe('arrow keys', () => {
  test.each([
    ['a', 'ArrowRight', 'g'],
    ['g', 'ArrowRight', 'b'],
    ['b', 'ArrowLeft', 'a'],
    ['c', 'ArrowRight', 'd'],
    ['d', 'ArrowLeft', 'c'],
    ['b', 'ArrowDown', 'c'],
    ['c', 'ArrowUp', 'b'],
    ['a', 'ArrowDown', 'e'],
    ['a', 'ArrowUp', null],
    ['a', 'ArrowLeft', null],
    ['gone', 'ArrowLeft', null],
  ] as const)('from %s by %s to %s', (from, arrow, to) => {
    expect(walk(layout, 'lr', from, arrow)).toBe(to);
  });

  test('top to bottom: down is along the edges', () => {
    const turned: Layout = { ...layout, nodes: layout.nodes.map((node) => ({ ...node, x: node.y * 4, y: node.x })) };
    expect(walk(turned, 'tb', 'c', 'ArrowDown')).toBe('d');
    expect(walk(turned, 'tb', 'd', 'ArrowUp')).toBe('c');
  });
});
