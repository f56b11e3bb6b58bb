import type { PageRoute } from '../../app/routes';
import { t } from './text';

const TASK = '/dags/$dag_id/runs/$dag_run_id/tasks/$task_id';
const MAPPED = `${TASK}/mapped/$map_index`;

/** The tabs of a task instance; both pages, with and without a map index, have them. */
const tabsOf = (parent: string): PageRoute[] => [
  { path: `${parent}/`, parent, load: () => import('./LogTab'), title: () => t('log') },
  {
    path: `${parent}/rendered_templates`,
    parent,
    load: () => import('./RenderedTab'),
    title: () => t('rendered_templates'),
  },
  { path: `${parent}/xcom`, parent, load: () => import('./XComTab'), title: () => t('xcom') },
  { path: `${parent}/tries`, parent, load: () => import('./TriesTab'), title: () => t('tries') },
  { path: `${parent}/dependencies`, parent, load: () => import('./DependenciesTab'), title: () => t('dependencies') },
  { path: `${parent}/events`, parent, load: () => import('./EventsTab'), title: () => t('events') },
  { path: `${parent}/details`, parent, load: () => import('./DetailsTab'), title: () => t('details') },
];

export const routes: PageRoute[] = [
  { path: TASK, load: () => import('./TaskPage'), title: ({ task_id = '' }) => task_id },
  ...tabsOf(TASK),
  { path: `${TASK}/mapped`, parent: TASK, load: () => import('./MappedTab'), title: () => t('mapped') },
  {
    path: MAPPED,
    load: () => import('./TaskPage'),
    title: ({ task_id = '', map_index = '' }) => `${task_id} [${map_index}]`,
  },
  ...tabsOf(MAPPED),
];
