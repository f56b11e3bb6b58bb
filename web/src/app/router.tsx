// The routes of the registry as TanStack Router's tree.
import { createRootRoute, createRoute, createRouter, lazyRouteComponent, type AnyRoute } from '@tanstack/react-router';
import { basePath } from './base';
import { Frame } from './frame';
import { NotFound, PageCrash, PagePending, Root } from './fallbacks';
import { Guarded } from './guarded';
import { pageRoutes, type PageRoute } from './routes';

const isChildOf = (page: PageRoute) => pageRoutes.find((other) => other.path === page.parent && other !== page);

function routeTree() {
  const root = createRootRoute({ component: Root, notFoundComponent: NotFound, errorComponent: PageCrash });
  const frame = createRoute({ getParentRoute: () => root, id: 'frame', component: Frame, notFoundComponent: NotFound });
  const bare: AnyRoute[] = [];
  const made = new Map<PageRoute, AnyRoute>();
  const children = new Map<AnyRoute, AnyRoute[]>([[frame, []]]);

  const make = (page: PageRoute): AnyRoute => {
    const found = made.get(page);
    if (found) return found;
    const parentPage = isChildOf(page);
    const parent: AnyRoute = page.framed === false ? root : parentPage ? make(parentPage) : frame;
    const Page = lazyRouteComponent(page.load, 'default');
    const route: AnyRoute = createRoute({
      getParentRoute: () => parent,
      path: parentPage ? page.path.slice(parentPage.path.length) || '/' : page.path,
      component: Object.assign(() => <Guarded page={page} content={Page} />, {
        preload: Page.preload,
      }),
      errorComponent: PageCrash,
      pendingComponent: PagePending,
    });
    made.set(page, route);
    if (parent === root) bare.push(route);
    else children.set(parent, [...(children.get(parent) ?? []), route]);
    return route;
  };
  for (const page of pageRoutes) make(page);
  for (const [parent, list] of children) parent.addChildren(list);
  // What no page has is not found within the frame.
  frame.addChildren([
    ...(children.get(frame) ?? []),
    createRoute({ getParentRoute: () => frame, path: '$', component: NotFound }),
  ]);
  return root.addChildren([frame, ...bare]);
}

// Pages keep their filters as plain texts (navigation.tsx reads the query string itself). A name may come several times.
export function parseSearch(text: string): Record<string, string | string[]> {
  const query = new URLSearchParams(text);
  return Object.fromEntries(
    [...new Set(query.keys())].map((name) => {
      const values = query.getAll(name);
      return [name, values.length === 1 ? (values[0] ?? '') : values];
    }),
  );
}
export function stringifySearch(values: Record<string, unknown>): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(values))
    for (const one of Array.isArray(value) ? value : [value]) query.append(name, String(one));
  const text = query.toString();
  return text ? `?${text}` : '';
}

export const makeRouter = () =>
  createRouter({
    routeTree: routeTree(),
    basepath: basePath(),
    scrollRestoration: true,
    defaultPendingMs: 150,
    parseSearch,
    stringifySearch,
  });
