import { ChartColumn } from 'lucide-react';
import type { PageRoute } from '../../../app/routes';
import { t } from './text';

export const routes: PageRoute[] = [
  {
    path: '/dags/$dag_id/charts',
    parent: '/dags/$dag_id',
    load: () => import('./charts_page'),
    title: () => t('charts'),
    tab: { label: () => t('charts'), icon: ChartColumn, order: 50 },
  },
];
