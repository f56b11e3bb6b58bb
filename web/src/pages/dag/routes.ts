import type { PageRoute } from '../../app/routes';

// The frames in which the tabs of a DAG and of a run show; each tab is listed in its own routes.ts.
export const routes: PageRoute[] = [
  {
    path: '/dags/$dag_id',
    load: () => import('./frame/dag_frame'),
    title: ({ dag_id = '' }) => dag_id,
  },
  {
    path: '/dags/$dag_id/runs/$dag_run_id',
    load: () => import('./frame/run_frame'),
    title: ({ dag_id = '', dag_run_id = '' }) => `${dag_run_id} · ${dag_id}`,
  },
];
