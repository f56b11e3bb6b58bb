import { FileWarning } from 'lucide-react';
import type { PageRoute } from '../../app/routes';
import { t } from './text';

export const routes: PageRoute[] = [
  {
    path: '/import_errors',
    load: () => import('./ImportErrorsPage'),
    title: () => t('title'),
    nav: { label: () => t('title'), icon: FileWarning, group: 'work', order: 80, key: 'i' },
  },
];
