import { Info } from 'lucide-react';
import type { PageRoute } from '../../../app/routes';
import { t } from './text';

export const routes: PageRoute[] = [
  {
    path: '/dags/$dag_id/details',
    parent: '/dags/$dag_id',
    load: () => import('./details_page'),
    title: () => t('details'),
    tab: { label: () => t('details'), icon: Info, order: 90 },
  },
];
