import { CodeXml } from 'lucide-react';
import type { PageRoute } from '../../../app/routes';
import { t } from './text';

const tab = { label: () => t('code'), icon: CodeXml, order: 80 };
const page = { load: () => import('./code_page'), title: () => t('code'), tab };

export const routes: PageRoute[] = [
  { path: '/dags/$dag_id/code', parent: '/dags/$dag_id', ...page },
  { path: '/dags/$dag_id/runs/$dag_run_id/code', parent: '/dags/$dag_id/runs/$dag_run_id', ...page },
];
