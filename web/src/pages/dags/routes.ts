import { Workflow } from 'lucide-react';
import type { PageRoute } from '../../app/routes';
import { t } from './text';

export const routes: PageRoute[] = [
  {
    path: '/dags',
    load: () => import('./DagsPage'),
    title: () => t('title'),
    nav: { label: () => t('title'), icon: Workflow, group: 'work', order: 20, key: 'd' },
  },
];
