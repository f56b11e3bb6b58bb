// The registry of pages. A feature lists its own in pages/FEATURE/routes.ts (any depth) as `export const routes:
// PageRoute[]`; nothing else needs to know them: router, navigation, tabs, search and key map are made from here.
// routes.ts is in the first load: it imports icons and texts, and its page by `load` only.
import type { LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';

export type Role = 'viewer' | 'user' | 'op' | 'admin';
export type Params = Record<string, string>;

export interface PageRoute {
  /** In TanStack Router's form: '/dags/$dag_id'. A child's that shows at its parent's own path ends in '/'. */
  path: string;
  /** The path of the route in whose <Outlet/> it shows; none: in the frame. */
  parent?: string;
  load: () => Promise<{ default: () => ReactNode }>;
  /** The document's title, without "Gale"; of a child, its own part only. */
  title: (params: Params) => string;
  /** The lowest role that may see it; others get the forbidden page, and no entry in the navigation. */
  role?: Role;
  /** An entry in the main navigation; `key` is what follows `g` on the keyboard. */
  nav?: { label: () => string; icon: LucideIcon; group: 'work' | 'admin'; order: number; key?: string };
  /** A tab of the parent's page. */
  tab?: { label: () => string; icon?: LucideIcon; order: number };
  /** false: without frame and log-in. */
  framed?: false;
}

const files = import.meta.glob<PageRoute[]>('../pages/**/routes.ts', { eager: true, import: 'routes' });

export const pageRoutes: PageRoute[] = Object.values(files).flat();

const byOrder = <T extends { order: number }>(a: T, b: T) => a.order - b.order;

export const navRoutes = (): (PageRoute & { nav: NonNullable<PageRoute['nav']> })[] =>
  pageRoutes
    .filter((route): route is PageRoute & { nav: NonNullable<PageRoute['nav']> } => route.nav !== undefined)
    .toSorted((a, b) => byOrder(a.nav, b.nav));

/** The tabs of a page, in order. */
export const tabRoutes = (parent: string): (PageRoute & { tab: NonNullable<PageRoute['tab']> })[] =>
  pageRoutes
    .filter(
      (route): route is PageRoute & { tab: NonNullable<PageRoute['tab']> } =>
        route.tab !== undefined && route.parent === parent,
    )
    .toSorted((a, b) => byOrder(a.tab, b.tab));

/** '/dags/$dag_id/graph' with its params, encoded. */
export const fillPath = (path: string, params: Params): string =>
  path.replaceAll(/\$(\w+)/g, (_, name: string) => encodeURIComponent(params[name] ?? '')).replace(/(.)\/$/, '$1');
