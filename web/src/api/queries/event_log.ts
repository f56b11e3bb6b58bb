// The audit log: of all, or what the query narrows it to.
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { call, type Schemas } from '../client';
import type { Live } from '../live';

export type EventLog = Schemas['EventLogResponse'];

interface EventsAsked {
  dag_id?: string;
  run_id?: string;
  task_id?: string;
  event_pattern?: string | undefined;
  owner_pattern?: string | undefined;
  task_id_pattern?: string | undefined;
  run_id_pattern?: string | undefined;
  after?: string | undefined;
  before?: string | undefined;
  order_by: string;
  limit: number;
  offset: number;
}

export const eventsQuery = (query: EventsAsked, meta: { live: Live }) =>
  queryOptions({
    queryKey: ['event_logs', query],
    queryFn: ({ signal }) => call('get', '/api/v2/eventLogs', { query, signal }),
    placeholderData: keepPreviousData,
    meta,
  });
