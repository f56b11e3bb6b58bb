import { expect, test, vi } from 'vitest';
import { LooksStore, PLAIN } from './looks_store';
import { openFrom, toSearch } from './open_groups';

test('only what looks otherwise is told', () => {
  const store = new LooksStore();
  const told = { a: vi.fn(), b: vi.fn() };
  store.subscribe('a', told.a);
  const leave = store.subscribe('b', told.b);
  store.set(
    new Map([
      ['a', { ...PLAIN, state: 'running' }],
      ['b', { ...PLAIN, counts: { success: 1 } }],
    ]),
  );
  expect(told.a).toHaveBeenCalledTimes(1);
  const before = store.get('b');
  store.set(
    new Map([
      ['a', { ...PLAIN, state: 'success' }],
      ['b', { ...PLAIN, counts: { success: 1 } }],
    ]),
  );
  expect(told.a).toHaveBeenCalledTimes(2);
  expect(told.b).toHaveBeenCalledTimes(1);
  expect(store.get('b')).toBe(before);
  leave();
  store.set(new Map());
  expect(told.b).toHaveBeenCalledTimes(1);
  expect(store.get('a')).toBe(PLAIN);
});

test('open groups in the address', () => {
  const groups = ['a', 'b'];
  expect(openFrom([], groups, 10)).toEqual(new Set(groups));
  expect(openFrom([], groups, 1000)).toEqual(new Set());
  for (const open of [new Set<string>(), new Set(['b']), new Set(groups)])
    expect(openFrom(toSearch(open, groups), groups, 1000)).toEqual(open);
  expect(openFrom(['gone', 'b'], groups, 10)).toEqual(new Set(['b']));
});
