// What the frames of a DAG and of a run read.
import { queryOptions } from '@tanstack/react-query';
import { request } from '../../../api/client';
import type { Change } from '../../../api/event_stream';
import { liveRun } from '../../../api/live';

export interface DagDetails {
  dag_id: string;
  dag_display_name: string;
  description: string | null;
  is_paused: boolean;
  is_stale: boolean;
  is_favorite: boolean;
  has_import_errors: boolean;
  fileloc: string;
  relative_fileloc: string | null;
  owners: string[];
  owner_links: Record<string, string> | null;
  tags: { name: string }[];
  timetable_summary: string | null;
  timetable_description: string | null;
  next_dagrun_run_after: string | null;
  active_runs_count: number;
}

const dagKey = (dag_id: string) => ['dag', dag_id, 'details'] as const;

function patchDag(dag: DagDetails, change: Change): DagDetails {
  const told = change.dags.find((each) => each.dag_id === dag.dag_id);
  if (!told) return dag;
  const { is_paused, is_stale, has_import_errors } = told;
  return { ...dag, is_paused, is_stale, has_import_errors };
}

export const dagQuery = (dag_id: string) =>
  queryOptions({
    queryKey: dagKey(dag_id),
    queryFn: ({ signal }) => request<DagDetails>('get', '/api/v2/dags/{dag_id}/details', { path: { dag_id }, signal }),
    meta: {
      live: {
        patch: patchDag,
        touches: (change: Change) =>
          change.dags.some((dag) => dag.dag_id === dag_id) ||
          change.dag_runs.some((run) => run.dag_id === dag_id) ||
          change.deleted.some((gone) => gone.dag_id === dag_id) ||
          change.others.includes('favorites'),
      },
    },
  });

export const setPaused = (dag_id: string, is_paused: boolean) =>
  request('patch', '/api/v2/dags/{dag_id}', { path: { dag_id }, body: { is_paused } });

export const setFavorite = (dag_id: string, is_favorite: boolean) =>
  request('post', is_favorite ? '/api/v2/dags/{dag_id}/favorite' : '/api/v2/dags/{dag_id}/unfavorite', {
    path: { dag_id },
  });

export interface DagRun {
  dag_id: string;
  dag_run_id: string;
  state: string;
  run_type: string;
  logical_date: string | null;
  run_after: string;
  queued_at: string | null;
  start_date: string | null;
  end_date: string | null;
  data_interval_start: string | null;
  data_interval_end: string | null;
  conf: Record<string, unknown> | null;
  note: string | null;
  triggered_by: string | null;
  triggering_user_name: string | null;
  dag_display_name: string;
  dag_versions: { version_number: number }[];
}

export const runQuery = (dag_id: string, dag_run_id: string) =>
  queryOptions({
    queryKey: ['dag_run', dag_id, dag_run_id],
    queryFn: ({ signal }) =>
      request<DagRun>('get', '/api/v2/dags/{dag_id}/dagRuns/{dag_run_id}', { path: { dag_id, dag_run_id }, signal }),
    meta: liveRun(dag_id, dag_run_id, {
      touches: (change) =>
        change.dag_runs.some((run) => run.dag_id === dag_id && run.dag_run_id === dag_run_id) ||
        change.deleted.some((gone) => gone.dag_id === dag_id && (gone.dag_run_id ?? dag_run_id) === dag_run_id),
    }),
  });

export interface Waiting {
  run: string | null;
  task_instances: { task_id: string; map_index: number; state: string | null; reason: string }[];
  usual_seconds: number | null;
}

/** Why the run and its tasks do not go on, until it is finished: other runs and pools change that too. */
export const waitingQuery = (dag_id: string, dag_run_id: string, is_finished = false) =>
  queryOptions({
    queryKey: ['waiting', dag_id, dag_run_id],
    queryFn: ({ signal }) =>
      request<Waiting>('get', '/gale/dags/{dag_id}/dagRuns/{dag_run_id}/waiting', {
        path: { dag_id, dag_run_id },
        signal,
      }),
    meta: is_finished
      ? liveRun(dag_id, dag_run_id)
      : {
          live: {
            touches: (change: Change) =>
              change.dag_runs.length + change.task_instances.length + change.dags.length > 0 ||
              change.others.includes('pools') ||
              change.others.includes('jobs'),
          },
        },
  });
