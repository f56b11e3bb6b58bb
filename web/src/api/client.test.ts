import { afterEach, expect, test, vi } from 'vitest';
import { addressOf, call, setOnUnauthenticated } from './client';
import { Failure } from './failure';

afterEach(() => {
  vi.unstubAllGlobals();
  document.querySelector('base')?.remove();
});

const answer = (status: number, body: string, type = 'application/json') =>
  vi.stubGlobal('fetch', () => Promise.resolve(new Response(body, { status, headers: { 'content-type': type } })));

test('an address encodes names, repeats lists and leaves out what is empty', () => {
  expect(
    addressOf('/api/v2/dags/{dag_id}/dagRuns/{run_id}', {
      path: { dag_id: 'a/b', run_id: 'manual__2026-01-01T00:00:00+00:00' },
      query: { tags: ['x', 'y z'], limit: 5, paused: false, q: '', none: null, not: undefined },
    }),
  ).toBe('/api/v2/dags/a%2Fb/dagRuns/manual__2026-01-01T00%3A00%3A00%2B00%3A00?tags=x&tags=y+z&limit=5&paused=false');
});

test('an address is below the base path', () => {
  const base = document.createElement('base');
  base.href = '/gale-prefix/';
  document.head.append(base);
  expect(addressOf('/api/v2/dags')).toBe('/gale-prefix/api/v2/dags');
});

test('a bad status is a Failure, and a 401 is told', async () => {
  const told = vi.fn();
  setOnUnauthenticated(told);
  answer(404, '{"detail": "no such thing"}');
  await expect(call('get', '/api/v2/version')).rejects.toMatchObject({ status: 404, sentences: ['no such thing.'] });
  expect(told).not.toHaveBeenCalled();
  answer(401, '{"detail": "Not authenticated"}');
  await expect(call('get', '/api/v2/version')).rejects.toBeInstanceOf(Failure);
  expect(told).toHaveBeenCalledOnce();
});

test('no server is status 0, an abort stays an abort', async () => {
  vi.stubGlobal('fetch', () => Promise.reject(new TypeError('Failed to fetch')));
  await expect(call('get', '/api/v2/version')).rejects.toMatchObject({ status: 0 });
  const controller = new AbortController();
  controller.abort();
  await expect(call('get', '/api/v2/version', { signal: controller.signal })).rejects.toBeInstanceOf(TypeError);
});

test('no content, text and broken JSON', async () => {
  vi.stubGlobal('fetch', () => Promise.resolve(new Response(null, { status: 204 })));
  expect(await call('post', '/auth/logout')).toBe('');
  answer(200, 'plain', 'text/plain');
  expect(await call('get', '/api/v2/version')).toBe('plain');
  answer(200, '{"half":');
  await expect(call('get', '/api/v2/version')).rejects.toThrow('is not JSON');
});
