import { ChartGantt } from 'lucide-react';
import type { PageRoute } from '../../../app/routes';
import { t } from './text';

const tab = { label: () => t('gantt'), icon: ChartGantt, order: 30 };
const page = { load: () => import('./gantt_page'), title: () => t('gantt'), tab };

export const routes: PageRoute[] = [
  { path: '/dags/$dag_id/gantt', parent: '/dags/$dag_id', ...page },
  { path: '/dags/$dag_id/runs/$dag_run_id/gantt', parent: '/dags/$dag_id/runs/$dag_run_id', ...page },
];
