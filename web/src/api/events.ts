// The live stream gale/events. One connection serves every tab (a shared worker; browsers allow six connections to a
// server, and six tabs would use them up); where there are no shared workers, a tab has its own. What has changed is
// collected for a frame and told to listeners at once; live.ts brings it to the query cache.
import { addressOf } from './client';
import type { Change, StreamMessage, StreamState } from './event_stream';
import { EventStream } from './event_stream';

export type { Change, StreamState } from './event_stream';
export type Update = { kind: 'change'; change: Change } | { kind: 'reset' };

const updates = new Set<(update: Update) => void>();
const states = new Set<() => void>();
let state: StreamState = 'connecting';
let pending: Change[] = [];
let port: { postMessage(message: string): void } | undefined;

export function mergeChanges(changes: readonly Change[]): Change {
  const merged: Change = { dag_runs: [], task_instances: [], dags: [], deleted: [], others: [] };
  const runs = new Map<string, Change['dag_runs'][number]>();
  const tasks = new Map<string, Change['task_instances'][number]>();
  const dags = new Map<string, Change['dags'][number]>();
  const others = new Set<Change['others'][number]>();
  for (const change of changes) {
    for (const run of change.dag_runs) runs.set(`${run.dag_id}\n${run.dag_run_id}`, run);
    for (const task of change.task_instances)
      tasks.set(`${task.dag_id}\n${task.dag_run_id}\n${task.task_id}\n${task.map_index}`, task);
    for (const dag of change.dags) dags.set(dag.dag_id, dag);
    for (const other of change.others) others.add(other);
    merged.deleted.push(...change.deleted);
  }
  merged.dag_runs = [...runs.values()];
  merged.task_instances = [...tasks.values()];
  merged.dags = [...dags.values()];
  merged.others = [...others];
  return merged;
}

function tell(update: Update) {
  for (const listener of updates) listener(update);
}

function flush() {
  if (pending.length === 0) return;
  const change = mergeChanges(pending);
  pending = [];
  tell({ kind: 'change', change });
}

/** A hidden tab has no frames: a timer serves it. */
const nextFrame = (work: () => void) => (document.hidden ? setTimeout(work, 250) : requestAnimationFrame(work));

function receive(message: StreamMessage) {
  if (message.kind === 'change') {
    if (pending.push(message.change) === 1) nextFrame(flush);
  } else if (message.kind === 'reset') {
    pending = [];
    tell({ kind: 'reset' });
  } else if (message.state !== state) {
    state = message.state;
    for (const listener of states) listener();
  }
}

/** Starts the stream; once, after log-in is known. `last_event_id` (of Me): what happens between a page's reading and its
 * stream's opening is told, too. */
export function startEvents(last_event_id: string): void {
  if (port) {
    port.postMessage('wake');
    return;
  }
  const url = new URL(addressOf('/gale/events', { query: { last_event_id } }), location.href).href;
  if (typeof SharedWorker === 'undefined') {
    const stream = new EventStream(url, receive);
    port = { postMessage: (message) => message === 'wake' && stream.wake() };
  } else {
    const worker = new SharedWorker(new URL('./events_worker.ts', import.meta.url), {
      type: 'module',
      name: 'gale-events',
    });
    worker.port.onmessage = (event: MessageEvent<StreamMessage>) => receive(event.data);
    worker.port.postMessage(url);
    port = worker.port;
  }
  addEventListener('pagehide', () => port?.postMessage('bye'));
  addEventListener('online', () => port?.postMessage('wake'));
}

/** Tries at once to connect again. */
export const wakeEvents = (): void => port?.postMessage('wake');

export function onUpdate(listener: (update: Update) => void): () => void {
  updates.add(listener);
  return () => void updates.delete(listener);
}

export const streamState = (): StreamState => state;
export function onStreamState(listener: () => void): () => void {
  states.add(listener);
  return () => void states.delete(listener);
}
