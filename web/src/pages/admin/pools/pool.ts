import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { call, type Schemas } from '../../../api/client';
import { liveAny, liveOther, liveRuns } from '../../../api/live';

export type Pool = Schemas['PoolResponse'];

const live = liveAny(liveOther('pools'), liveRuns(), {
  live: { touches: (change) => change.task_instances.length > 0 },
});

interface PoolsAsked {
  pool_name_pattern?: string;
  order_by?: string;
  limit: number;
  offset?: number;
}
export const poolsQuery = (query: PoolsAsked) =>
  queryOptions({
    queryKey: ['pools', query],
    queryFn: ({ signal }) => call('get', '/api/v2/pools', { query, signal }),
    placeholderData: keepPreviousData,
    meta: live,
  });

export const DEFAULT_POOL = 'default_pool';
export const UNLIMITED = -1;

export type UseState = 'running' | 'queued' | 'deferred' | 'scheduled';
export interface UsePart {
  state: UseState;
  slots: number;
  /** Of the bar, 0 to 1. */
  share: number;
}

/**
 * What occupies a pool, as parts of its bar. More than it has (after it was shrunk, or without a limit) fills the bar by
 * what there is. Scheduled ones wait outside: they are no part of it.
 */
export function usePartsOf(pool: Pool): { parts: UsePart[]; open: number } {
  const occupying: [UseState, number][] = [
    ['running', pool.running_slots],
    ['queued', pool.queued_slots],
    ...(pool.include_deferred ? ([['deferred', pool.deferred_slots]] as [UseState, number][]) : []),
  ];
  const used = occupying.reduce((sum, [, slots]) => sum + slots, 0);
  const whole = Math.max(used, pool.slots, 1);
  return {
    parts: occupying.filter(([, slots]) => slots > 0).map(([state, slots]) => ({ state, slots, share: slots / whole })),
    open: pool.slots === UNLIMITED ? 0 : Math.max(0, pool.slots - used) / whole,
  };
}
