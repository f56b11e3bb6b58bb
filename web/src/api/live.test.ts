import { QueryClient } from '@tanstack/react-query';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Change } from './event_stream';
import { mergeChanges, type Update } from './events';
import { liveDag, liveOther, liveRun, liveTask, startLive, type Live } from './live';

type TaskChange = Change['task_instances'][number];

const nothing: Change = { dag_runs: [], task_instances: [], dags: [], deleted: [], others: [] };
const task = (dag_id: string, dag_run_id: string, task_id: string, state: TaskChange['state']): TaskChange => ({
  ...{ dag_id, dag_run_id, task_id, state, map_index: -1, try_number: 1 },
  ...{ start_date: null, end_date: null },
});
const changed = (...tasks: Change['task_instances']): Change => ({ ...nothing, task_instances: tasks });

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

function live() {
  const client = new QueryClient({ defaultOptions: { queries: { gcTime: Infinity } } });
  let send: (update: Update) => void = () => undefined;
  startLive(client, (listener) => {
    send = listener;
    return () => undefined;
  });
  const query = (queryKey: string[], meta: { live: Live }) => {
    const queryFn = vi.fn(() => Promise.resolve({ read: queryFn.mock.calls.length }));
    const observer = client.getQueryCache().build(client, { queryKey, queryFn, meta });
    client.setQueryData(queryKey, { read: 0 });
    const invalidate = vi.spyOn(observer, 'invalidate');
    return { observer, invalidate, queryKey };
  };
  return {
    client,
    query,
    send: (change: Change) => send({ kind: 'change', change }),
    reset: () => send({ kind: 'reset' }),
  };
}

test('a change touches what it is about, and nothing else', () => {
  const { query, send } = live();
  const dag = query(['a'], liveDag('a'));
  const run = query(['a', 'r1'], liveRun('a', 'r1'));
  const other_run = query(['a', 'r2'], liveRun('a', 'r2'));
  const one = query(['a', 'r1', 't'], liveTask('a', 'r1', 't'));
  const pools = query(['pools'], liveOther('pools'));
  send(changed(task('a', 'r1', 't', 'running')));
  vi.runAllTimers();
  const touched = [dag, run, other_run, one, pools].map((each) => each.invalidate.mock.calls.length);
  expect(touched).toEqual([1, 1, 0, 1, 0]);
  send({ ...nothing, deleted: [{ dag_id: 'a', dag_run_id: null }], others: ['pools'] });
  vi.runAllTimers();
  expect(other_run.invalidate).toHaveBeenCalledTimes(1);
  expect(pools.invalidate).toHaveBeenCalledTimes(1);
});

test('a burst is read once at once and once after', () => {
  const { query, send } = live();
  const dag = query(['a'], liveDag('a'));
  for (let at = 0; at < 20; ++at) {
    send(changed(task('a', 'r1', 't', 'running')));
    vi.advanceTimersByTime(20);
  }
  vi.runAllTimers();
  expect(dag.invalidate).toHaveBeenCalledTimes(2);
});

test('a patch is on the data at once', () => {
  const { client, query, send } = live();
  query(['a'], {
    live: {
      touches: () => true,
      refetch: false,
      patch: (data: { read: number }, change: Change) => ({ ...data, state: change.task_instances[0]?.state }),
    } as Live,
  });
  send(changed(task('a', 'r1', 't', 'success')));
  expect(client.getQueryData(['a'])).toEqual({ read: 0, state: 'success' });
});

test('after a reset everything is read anew', () => {
  const { query, reset } = live();
  const pools = query(['pools'], liveOther('pools'));
  reset();
  expect(pools.invalidate).toHaveBeenCalledTimes(1);
});

test('of two changes of a row the later one is told', () => {
  const merged = mergeChanges([
    changed(task('a', 'r', 't', 'queued'), task('a', 'r', 'u', 'queued')),
    { ...changed(task('a', 'r', 't', 'running')), others: ['pools'] },
    { ...nothing, others: ['pools'] },
  ]);
  expect(merged.task_instances.map((each) => each.state)).toEqual(['running', 'queued']);
  expect(merged.others).toEqual(['pools']);
});
