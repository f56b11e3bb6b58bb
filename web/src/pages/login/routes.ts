import type { PageRoute } from '../../app/routes';
import { t } from '../../app/text';

export const routes: PageRoute[] = [
  { path: '/login', load: () => import('./LoginPage'), title: () => t('log_in'), framed: false },
];
