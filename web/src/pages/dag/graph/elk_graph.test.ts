import ELK from 'elkjs/lib/elk.bundled.js';
import { describe, expect, test } from 'vitest';
import type { Direction, Layout } from './elk_graph';
import { fromElk, toElk } from './elk_graph';
import { flat, group, structure } from './examples';
import type { Structure } from './structure';
import { visibleGraph } from './visible_graph';

async function layOut(of: Structure, direction: Direction): Promise<Layout> {
  const graph = visibleGraph(of, () => true);
  const placed = await new ELK().layout(toElk(graph, direction));
  return fromElk(graph, placed);
}
const boxOf = (layout: Layout, id: string) => {
  const node = layout.nodes.find((each) => each.id === id);
  if (node === undefined) throw new Error(`${id} is not laid out`);
  return node;
};

const grouped = structure(group(null, ['start', group('load', ['load.a', 'load.b']), 'end']), [
  'start>load.a:first',
  'start>load.b',
  'load.a>end',
  'load.b>end',
]);

describe('the layout', () => {
  test.each(['lr', 'tb'] as const)('%s: what follows comes after, in the DAG’s own coordinates', async (direction) => {
    const layout = await layOut(grouped, direction);
    const along = direction === 'lr' ? 'x' : 'y';
    const extent = direction === 'lr' ? 'width' : 'height';
    for (const edge of layout.edges) {
      const source = boxOf(layout, edge.source);
      const target = boxOf(layout, edge.target);
      expect(source[along] + source[extent]).toBeLessThanOrEqual(target[along]);
      const [first] = edge.points;
      const last = edge.points.at(-1);
      expect(first?.[along]).toBeCloseTo(source[along] + source[extent], 0);
      expect(last?.[along]).toBeCloseTo(target[along], 0);
    }
  });

  test('a group holds its tasks', async () => {
    const layout = await layOut(grouped, 'lr');
    const outer = boxOf(layout, 'load');
    for (const id of ['load.a', 'load.b']) {
      const inner = boxOf(layout, id);
      expect(inner.depth).toBe(1);
      expect(inner.x).toBeGreaterThan(outer.x);
      expect(inner.y).toBeGreaterThan(outer.y);
      expect(inner.x + inner.width).toBeLessThan(outer.x + outer.width);
      expect(inner.y + inner.height).toBeLessThan(outer.y + outer.height);
    }
  });

  test('tasks side by side in a group are in the order of the file', async () => {
    const ids = ['g.d', 'g.a', 'g.c', 'g.b'];
    const edges = ids.flatMap((id) => [`start>${id}`, `${id}>end`]);
    const layout = await layOut(structure(group(null, ['start', group('g', ids), 'end']), edges), 'lr');
    const inner = layout.nodes.filter((node) => node.parent === 'g');
    expect(inner.toSorted((a, b) => a.y - b.y).map((node) => node.id)).toEqual(ids);
  });

  test('a label has its place', async () => {
    const layout = await layOut(grouped, 'lr');
    const labelled = layout.edges.find((edge) => edge.label !== null);
    expect(labelled?.label?.text).toBe('first');
    expect(labelled?.label?.x).toBeGreaterThan(0);
  });

  test('no two tasks of a large graph overlap', async () => {
    const layout = await layOut(flat(200, 20), 'lr');
    const sorted = layout.nodes.toSorted((a, b) => a.x - b.x);
    for (const [i, node] of sorted.entries())
      for (const other of sorted.slice(i + 1)) {
        if (other.x >= node.x + node.width) break;
        expect(other.y >= node.y + node.height || node.y >= other.y + other.height).toBe(true);
      }
  });

  test('an empty DAG has an empty layout', async () => {
    const layout = await layOut(structure(group(null, []), []), 'lr');
    expect(layout.nodes).toEqual([]);
    expect(layout.edges).toEqual([]);
  });
});
