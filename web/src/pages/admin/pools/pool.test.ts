import { expect, test } from 'vitest';
import { usePartsOf, type Pool } from './pool';

const pool: Pool = {
  name: 'p',
  slots: 10,
  description: null,
  include_deferred: false,
  occupied_slots: 5,
  running_slots: 4,
  queued_slots: 1,
  scheduled_slots: 7,
  open_slots: 5,
  deferred_slots: 2,
  team_name: null,
};

test('the parts of a bar are what occupies the pool', () => {
  expect(usePartsOf(pool)).toEqual({
    parts: [
      { state: 'running', slots: 4, share: 0.4 },
      { state: 'queued', slots: 1, share: 0.1 },
    ],
    open: 0.5,
  });
  expect(usePartsOf({ ...pool, include_deferred: true }).parts.at(-1)).toEqual({
    state: 'deferred',
    slots: 2,
    share: 0.2,
  });
});

test('a pool that holds more than it has is full, not over', () => {
  const { parts, open } = usePartsOf({ ...pool, slots: 2 });
  expect(parts.reduce((sum, part) => sum + part.share, 0)).toBeCloseTo(1);
  expect(open).toBe(0);
});

test('a pool without limit shows what is in it', () => {
  expect(usePartsOf({ ...pool, slots: -1 }).open).toBe(0);
  expect(usePartsOf({ ...pool, slots: 0, running_slots: 0, queued_slots: 0 })).toEqual({ parts: [], open: 0 });
});
