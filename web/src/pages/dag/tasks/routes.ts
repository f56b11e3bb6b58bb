import { ListChecks } from 'lucide-react';
import type { PageRoute } from '../../../app/routes';
import { t } from './text';

export const routes: PageRoute[] = [
  {
    path: '/dags/$dag_id/tasks',
    parent: '/dags/$dag_id',
    load: () => import('./tasks_page'),
    title: () => t('tasks'),
    tab: { label: () => t('tasks'), icon: ListChecks, order: 70 },
  },
];
