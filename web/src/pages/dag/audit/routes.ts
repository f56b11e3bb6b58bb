import { ScrollText } from 'lucide-react';
import type { PageRoute } from '../../../app/routes';
import { t } from './text';

export const routes: PageRoute[] = [
  {
    path: '/dags/$dag_id/events',
    parent: '/dags/$dag_id',
    load: () => import('./audit_page'),
    title: () => t('audit'),
    tab: { label: () => t('audit'), icon: ScrollText, order: 100 },
  },
];
