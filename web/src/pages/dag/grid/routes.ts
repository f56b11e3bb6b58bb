import { Grid3x3 } from 'lucide-react';
import type { PageRoute } from '../../../app/routes';
import { t } from './text';

export const routes: PageRoute[] = [
  {
    path: '/dags/$dag_id/',
    parent: '/dags/$dag_id',
    load: () => import('./grid_page'),
    title: () => t('grid'),
    tab: { label: () => t('grid'), icon: Grid3x3, order: 10 },
  },
];
