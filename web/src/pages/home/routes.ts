import { House } from 'lucide-react';
import type { PageRoute } from '../../app/routes';
import { t } from './text';

export const routes: PageRoute[] = [
  {
    path: '/',
    load: () => import('./HomePage'),
    title: () => t('title'),
    nav: { label: () => t('title'), icon: House, group: 'work', order: 10, key: 'h' },
  },
];
