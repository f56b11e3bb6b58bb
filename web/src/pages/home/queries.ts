import { queryOptions } from '@tanstack/react-query';
import { request } from '../../api/client';
import { liveAll, liveAny, liveOther } from '../../api/live';

export interface RunBrief {
  dag_id: string;
  dag_run_id: string;
  dag_display_name: string;
  state: string;
  run_type: string;
  run_after: string;
  start_date: string | null;
  end_date: string | null;
  finished_tasks: number;
  total_tasks: number;
  failed_tasks?: { task_id: string; map_index: number; try_number: number }[];
}
export interface Bucket {
  start: string;
  success: number;
  failed: number;
  running: number;
}
export interface Dashboard {
  dag_run_states: Record<string, number>;
  task_instance_states: Record<string, number>;
  history: Bucket[];
  running_dag_runs: RunBrief[];
  failed_dag_runs: RunBrief[];
  dags: { active: number; paused: number; failing: number; total: number };
  import_errors: number;
  pools: { name: string; slots: number; occupied: number; waiting: number }[];
}

/** The window that the counts and the chart are of ends with the hour's next full minute, so that one key serves a minute. */
export const dashboardQuery = (hours: number) =>
  queryOptions({
    queryKey: ['dashboard', hours],
    queryFn: ({ signal }) => {
      const end = Math.ceil(Date.now() / 60_000) * 60_000;
      const query = { start: new Date(end - hours * 3_600_000).toISOString(), end: new Date(end).toISOString() };
      return request<Dashboard>('get', '/gale/dashboard', { query, signal });
    },
    staleTime: 0,
    meta: liveAny(liveAll(), liveOther('pools', 'import_errors')),
  });

type Health = { status: 'healthy' | 'unhealthy' | null };
export interface HealthInfo {
  metadatabase: Health;
  scheduler: Health & { latest_scheduler_heartbeat: string | null };
  dag_processor?: Health & { latest_dag_processor_heartbeat: string | null };
  triggerer: Health & { latest_triggerer_heartbeat: string | null };
}
export const healthQuery = queryOptions({
  queryKey: ['health'],
  queryFn: ({ signal }) => request<HealthInfo>('get', '/api/v2/monitor/health', { signal }),
  staleTime: 0,
  meta: liveOther('jobs'),
});
