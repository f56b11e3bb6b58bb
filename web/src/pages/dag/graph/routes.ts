import { Workflow } from 'lucide-react';
import type { PageRoute } from '../../../app/routes';
import { t } from './text';

const tab = { label: () => t('graph'), icon: Workflow, order: 20 };
const page = { load: () => import('./graph_page'), title: () => t('graph'), tab };

export const routes: PageRoute[] = [
  { path: '/dags/$dag_id/graph', parent: '/dags/$dag_id', ...page },
  { path: '/dags/$dag_id/runs/$dag_run_id/graph', parent: '/dags/$dag_id/runs/$dag_run_id', ...page },
];
