// A DAG's details, read once for its frame, its Details tab and the trigger form; and its two switches.
import { queryOptions } from '@tanstack/react-query';
import { call, type Schemas } from '../client';
import type { Change } from '../event_stream';

export type DagDetails = Schemas['DAGDetailsResponse'];

function patchDag(dag: DagDetails, change: Change): DagDetails {
  const told = change.dags.find((each) => each.dag_id === dag.dag_id);
  if (!told) return dag;
  const { is_paused, is_stale, has_import_errors } = told;
  return { ...dag, is_paused, is_stale, has_import_errors };
}

export const dagQuery = (dag_id: string) =>
  queryOptions({
    queryKey: ['dag', dag_id],
    queryFn: ({ signal }) => call('get', '/api/v2/dags/{dag_id}/details', { path: { dag_id }, signal }),
    meta: {
      live: {
        patch: patchDag,
        touches: (change) =>
          change.dags.some((dag) => dag.dag_id === dag_id) ||
          change.dag_runs.some((run) => run.dag_id === dag_id) ||
          change.deleted.some((gone) => gone.dag_id === dag_id) ||
          change.others.includes('favorites'),
      },
    },
  });

export const setPaused = (dag_id: string, is_paused: boolean) =>
  call('patch', '/api/v2/dags/{dag_id}', { path: { dag_id }, body: { is_paused } });

export const setFavorite = (dag_id: string, is_favorite: boolean) =>
  call('post', is_favorite ? '/api/v2/dags/{dag_id}/favorite' : '/api/v2/dags/{dag_id}/unfavorite', {
    path: { dag_id },
  });
