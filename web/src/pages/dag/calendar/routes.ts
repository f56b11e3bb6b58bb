import { CalendarDays } from 'lucide-react';
import type { PageRoute } from '../../../app/routes';
import { t } from './text';

export const routes: PageRoute[] = [
  {
    path: '/dags/$dag_id/calendar',
    parent: '/dags/$dag_id',
    load: () => import('./calendar_page'),
    title: () => t('calendar'),
    tab: { label: () => t('calendar'), icon: CalendarDays, order: 40 },
  },
];
