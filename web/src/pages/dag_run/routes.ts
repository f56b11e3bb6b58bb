import { FileChartColumn, History, Info, ListChecks } from 'lucide-react';
import type { PageRoute } from '../../app/routes';
import { t } from './text';

const RUN = '/dags/$dag_id/runs/$dag_run_id';

export const routes: PageRoute[] = [
  {
    path: `${RUN}/`,
    parent: RUN,
    load: () => import('./tasks_tab'),
    title: () => t('tasks'),
    tab: { label: () => t('tasks'), icon: ListChecks, order: 10 },
  },
  {
    path: `${RUN}/results`,
    parent: RUN,
    load: () => import('./results_tab'),
    title: () => t('results'),
    tab: { label: () => t('results'), icon: FileChartColumn, order: 15 },
  },
  {
    path: `${RUN}/events`,
    parent: RUN,
    load: () => import('./events_tab'),
    title: () => t('events'),
    tab: { label: () => t('events'), icon: History, order: 80 },
  },
  {
    path: `${RUN}/details`,
    parent: RUN,
    load: () => import('./details_tab'),
    title: () => t('details'),
    tab: { label: () => t('details'), icon: Info, order: 90 },
  },
];
