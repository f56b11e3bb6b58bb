// Layouts by elkjs in a worker: the page is never held up, and a layout that was made once is kept. The worker's file is served as it is
// (no blob:, no eval: it holds under a strict Content-Security-Policy).
import ELK from 'elkjs/lib/elk-api.js';
import workerUrl from 'elkjs/lib/elk-worker.min.js?url';
import { fromElk, toElk, type Direction, type Layout } from './elk_graph';
import type { VisibleGraph } from './visible_graph';

const MOST_KEPT = 24;
const kept = new Map<string, Layout>();

/** What determines a layout: two graphs with the same key have the same. */
function layoutKey(graph: VisibleGraph, direction: Direction): string {
  const nodes = graph.nodes.map((node) => [node.id, node.parent, node.is_open, node.label]);
  const edges = graph.edges.map((edge) => [edge.source, edge.target, ...edge.labels]);
  return JSON.stringify([direction, nodes, edges]);
}

let elk: InstanceType<typeof ELK> | undefined;
let running = 0;

function worker(): InstanceType<typeof ELK> {
  // A layout that nobody waits for any more would hold up the next one.
  if (elk !== undefined && running > 0) {
    elk.terminateWorker();
    elk = undefined;
    running = 0;
  }
  elk ??= new ELK({ workerFactory: () => new Worker(workerUrl) });
  return elk;
}

/** Loads ELK (1.6 MB) while the page still asks for what is to be laid out. */
export function startLayouts(): void {
  // Where there is no worker, layoutOf says so.
  if (elk === undefined && typeof Worker !== 'undefined') worker();
}

/** Rejects when the worker cannot be started or ELK finds fault; a call that a newer one has overtaken never ends. */
export async function layoutOf(graph: VisibleGraph, direction: Direction): Promise<Layout> {
  const key = layoutKey(graph, direction);
  const known = kept.get(key);
  if (known !== undefined) return known;
  const own = worker();
  running += 1;
  const placed = await own.layout(toElk(graph, direction)).finally(() => {
    if (own === elk) running -= 1;
  });
  const layout = fromElk(graph, placed);
  const [oldest] = kept.keys();
  if (kept.size >= MOST_KEPT && oldest !== undefined) kept.delete(oldest);
  kept.set(key, layout);
  return layout;
}
