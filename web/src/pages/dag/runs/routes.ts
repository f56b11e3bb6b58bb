import { ListTree } from 'lucide-react';
import type { PageRoute } from '../../../app/routes';
import { t } from './text';

export const routes: PageRoute[] = [
  {
    path: '/dags/$dag_id/runs',
    parent: '/dags/$dag_id',
    load: () => import('./runs_page'),
    title: () => t('runs'),
    tab: { label: () => t('runs'), icon: ListTree, order: 60 },
  },
];
