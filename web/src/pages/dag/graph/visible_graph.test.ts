import { describe, expect, test } from 'vitest';
import { group, layered, structure } from './examples';
import { groupsOf, nameInGroup, taskIdsOf, visibleGraph } from './visible_graph';

const all = () => true;
const none = () => false;
const drawn = (edges: { source: string; target: string; count: number }[]) =>
  edges.map((edge) => `${edge.source}>${edge.target}${edge.count > 1 ? ` ×${String(edge.count)}` : ''}`);

const nested = structure(
  group(null, ['start', group('load', ['load.a', group('load.inner', ['load.inner.b', 'load.inner.c'])]), 'end']),
  ['start>load.a', 'load.a>load.inner.b', 'load.a>load.inner.c', 'load.inner.b>end', 'load.inner.c>end'],
);

describe('folding', () => {
  test('a folded group stands for its tasks and hides what is in it', () => {
    const graph = visibleGraph(nested, none);
    expect(graph.nodes.map((node) => node.id)).toEqual(['start', 'load', 'end']);
    expect(graph.nodes[1]).toMatchObject({
      kind: 'group',
      is_open: false,
      task_ids: taskIdsOf(nested.root).slice(1, 4),
    });
    expect(drawn(graph.edges)).toEqual(['start>load', 'load>end ×2']);
  });

  test('an inner group can be folded in an open one', () => {
    const graph = visibleGraph(nested, (group_id) => group_id === 'load');
    expect(graph.nodes.map((node) => [node.id, node.parent])).toEqual([
      ['start', null],
      ['load', null],
      ['load.a', 'load'],
      ['load.inner', 'load'],
      ['end', null],
    ]);
    expect(drawn(graph.edges)).toContain('load.a>load.inner ×2');
  });

  test('labels of merged edges are all kept, once each', () => {
    const labelled = structure(group(null, ['a', group('g', ['g.b', 'g.c', 'g.d'])]), [
      'a>g.b:yes',
      'a>g.c:no',
      'a>g.d:yes',
    ]);
    expect(visibleGraph(labelled, none).edges).toEqual([
      expect.objectContaining({ source: 'a', target: 'g', labels: ['yes', 'no'], count: 3 }),
    ]);
  });

  test('a merged edge is dashed only if all in it are of setup and teardown', () => {
    const mixed = structure(group(null, ['a', group('g', ['g.b', 'g.c'])]), ['a>g.b', 'a>g.c']);
    for (const edge of mixed.edges) edge.is_setup_teardown = true;
    expect(visibleGraph(mixed, none).edges[0]?.is_setup_teardown).toBe(true);
    const [first] = mixed.edges;
    if (first !== undefined) first.is_setup_teardown = false;
    expect(visibleGraph(mixed, none).edges[0]?.is_setup_teardown).toBe(false);
  });
});

describe('edges between open groups', () => {
  test('group >> group is one line between the borders', () => {
    const graph = visibleGraph(layered(60, 20), all);
    expect(drawn(graph.edges)).toEqual(['group_0>group_1 ×400', 'group_1>group_2 ×400']);
  });

  test('one missing edge keeps all of them apart', () => {
    const almost = layered(6, 3);
    almost.edges.pop();
    const graph = visibleGraph(almost, all);
    expect(graph.edges.length).toBeGreaterThan(1);
    expect(graph.edges.reduce((sum, edge) => sum + edge.count, 0)).toBe(8);
  });

  test('the outermost border is taken', () => {
    expect(drawn(visibleGraph(nested, all).edges)).toEqual(['start>load.a', 'load.a>load.inner ×2', 'load>end ×2']);
  });

  test('a labelled edge stays on its own', () => {
    const labelled = structure(group(null, ['a', group('g', ['g.b', 'g.c'])]), ['a>g.b:yes', 'a>g.c']);
    expect(drawn(visibleGraph(labelled, all).edges)).toEqual(['a>g.b', 'a>g.c']);
  });
});

test('groups are listed from the outside to the inside', () => {
  expect([...groupsOf(nested.root).keys()]).toEqual(['load', 'load.inner']);
});

test('an edge to a task that the structure does not have is left out', () => {
  const broken = structure(group(null, ['a']), ['a>gone']);
  expect(visibleGraph(broken, all).edges).toEqual([]);
});

test('the name of a task is without its group, but for one of its own', () => {
  const dag = structure(group(null, [group('g', ['g.a', 'g.b'])]), []);
  const [a, b] = [dag.tasks['g.a'], dag.tasks['g.b']];
  if (a !== undefined) a.display_name = 'g.a';
  if (b !== undefined) b.display_name = 'Load';
  expect(['g.a', 'g.b'].map((task_id) => nameInGroup(dag, task_id, 'g'))).toEqual(['a', 'Load']);
  expect(nameInGroup(dag, 'g.a', null)).toBe('g.a');
});
