// What pages use of the router: Link, useNavigate, useParams, usePath, useSearch. Addresses are those of paths.ts,
// without the server's prefix.
import { useParams as useRouteParams, useRouter, useRouterState } from '@tanstack/react-router';
import { useCallback, useEffect, useMemo, type AnchorHTMLAttributes, type MouseEvent, type Ref } from 'react';
import { serverUrl } from './base';
import type { Params } from './routes';

export interface LinkProps extends Omit<AnchorHTMLAttributes<HTMLAnchorElement>, 'href'> {
  to: string;
  ref?: Ref<HTMLAnchorElement>;
  /** Takes the place of the address that one comes from. */
  replace?: boolean;
}

const isPlainClick = (event: MouseEvent) =>
  event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey && !event.defaultPrevented;

/** An <a> that moves within the page; the page's code is fetched when the pointer or the focus comes near. */
export function Link({ to, onClick, replace = false, children, ...rest }: LinkProps) {
  const router = useRouter();
  const href = serverUrl(to);
  const preload = () =>
    void router.preloadRoute({ to: new URL(href, location.href).pathname } as never).catch(() => undefined);
  return (
    <a
      {...rest}
      href={href}
      onPointerEnter={(event) => {
        rest.onPointerEnter?.(event);
        preload();
      }}
      onClick={(event) => {
        onClick?.(event);
        if (!isPlainClick(event) || rest.target) return;
        event.preventDefault();
        if (replace) router.history.replace(href);
        else router.history.push(href);
      }}
    >
      {children}
    </a>
  );
}

/** Fetches the code of the page at `to` when there is nothing else to do. */
export function useIdlePreload(to: string): void {
  const router = useRouter();
  useEffect(() => {
    const preload = () => void router.preloadRoute({ to } as never).catch(() => undefined);
    // Not every browser tells when it is idle.
    if (typeof requestIdleCallback === 'undefined') {
      const timer = setTimeout(preload, 500);
      return () => clearTimeout(timer);
    }
    const idle = requestIdleCallback(preload);
    return () => cancelIdleCallback(idle);
  }, [router, to]);
}

export type Navigate = (to: string, options?: { replace?: boolean }) => void;

export function useNavigate(): Navigate {
  const router = useRouter();
  return useCallback(
    (to, { replace = false } = {}) => {
      if (replace) router.history.replace(serverUrl(to));
      else router.history.push(serverUrl(to));
    },
    [router],
  );
}

/** The params of the address, decoded: const { dag_id = '' } = useParams(). */
export const useParams = (): Params => useRouteParams({ strict: false });

/** The address' path without the server's prefix. */
export function usePath(): string {
  const path = useRouterState({ select: (state) => state.location.pathname });
  const base = serverUrl('/');
  return path.startsWith(base) ? `/${path.slice(base.length)}` : path;
}

export interface Search {
  get: (name: string) => string | undefined;
  all: (name: string) => string[];
  flag: (name: string) => boolean;
  /** Changes these, keeps the others; null, '', false and [] remove. Replaces the address unless `push`. */
  set: (change: Record<string, string | string[] | number | boolean | null>, options?: { push?: boolean }) => void;
}

/** The query string: where every filter lives, so that a link keeps it. */
export function useSearch(): Search {
  const router = useRouter();
  const text = useRouterState({ select: (state) => state.location.searchStr });
  return useMemo(() => {
    const search = new URLSearchParams(text);
    return {
      get: (name) => search.get(name) ?? undefined,
      all: (name) => search.getAll(name),
      flag: (name) => search.get(name) === 'true',
      set: (change, { push = false } = {}) => {
        // From the newest address, so that two changes in one event both hold.
        const next = new URLSearchParams(router.history.location.search);
        for (const [name, value] of Object.entries(change)) {
          next.delete(name);
          for (const one of Array.isArray(value) ? value : [value]) {
            if (one !== null && one !== '' && one !== false) next.append(name, String(one));
          }
        }
        const query = next.toString();
        const href = router.history.location.pathname + (query ? `?${query}` : '');
        if (push) router.history.push(href);
        else router.history.replace(href);
      },
    };
  }, [router, text]);
}
