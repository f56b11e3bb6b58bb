import { Cable, HeartPulse, KeyRound, Layers, ScrollText, SlidersHorizontal, Users, Variable } from 'lucide-react';
import type { PageRoute } from '../../app/routes';
import { t } from './text';

export const routes: PageRoute[] = [
  {
    path: '/variables',
    load: () => import('./variables/VariablesPage'),
    title: () => t('variables'),
    role: 'op',
    nav: { label: () => t('variables'), icon: Variable, group: 'admin', order: 10, key: 'v' },
  },
  {
    path: '/connections',
    load: () => import('./connections/ConnectionsPage'),
    title: () => t('connections'),
    role: 'op',
    nav: { label: () => t('connections'), icon: Cable, group: 'admin', order: 20, key: 'c' },
  },
  {
    path: '/pools',
    load: () => import('./pools/PoolsPage'),
    title: () => t('pools'),
    nav: { label: () => t('pools'), icon: Layers, group: 'admin', order: 30, key: 'p' },
  },
  {
    path: '/task_instances',
    load: () => import('./pools/PoolTasksPage'),
    title: () => t('task_instances'),
  },
  {
    path: '/users',
    load: () => import('./users/UsersPage'),
    title: () => t('users'),
    role: 'admin',
    nav: { label: () => t('users'), icon: Users, group: 'admin', order: 40, key: 'u' },
  },
  {
    path: '/tokens',
    load: () => import('./tokens/TokensPage'),
    title: () => t('my_access'),
    nav: { label: () => t('my_access'), icon: KeyRound, group: 'admin', order: 50, key: 'k' },
  },
  {
    path: '/configuration',
    load: () => import('./configuration/ConfigurationPage'),
    title: () => t('configuration'),
    role: 'op',
    nav: { label: () => t('configuration'), icon: SlidersHorizontal, group: 'admin', order: 60 },
  },
  {
    path: '/jobs',
    load: () => import('./jobs/JobsPage'),
    title: () => t('jobs'),
    nav: { label: () => t('jobs'), icon: HeartPulse, group: 'admin', order: 70, key: 'j' },
  },
  {
    path: '/events',
    load: () => import('./audit/AuditPage'),
    title: () => t('audit'),
    nav: { label: () => t('audit'), icon: ScrollText, group: 'admin', order: 80, key: 'a' },
  },
];
