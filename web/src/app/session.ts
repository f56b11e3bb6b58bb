// Who is logged in, and what they may do. The server decides; the page only does not offer what would be refused.
import { queryOptions, useQuery, type QueryClient } from '@tanstack/react-query';
import { call, type Schemas } from '../api/client';
import type { Role } from './routes';

export type Me = Schemas['Me'];

export const meQuery = queryOptions({
  queryKey: ['me'],
  queryFn: ({ signal }) => call('get', '/gale/me', { signal }),
  staleTime: Infinity,
  retry: (count, failure) => failure.status === 0 && count < 3,
});

const ROLES: Role[] = ['viewer', 'user', 'op', 'admin'];
export const mayAct = (role: Role | undefined, needed: Role): boolean =>
  role !== undefined && ROLES.indexOf(role) >= ROLES.indexOf(needed);

export const useMe = (): Me | undefined => useQuery(meQuery).data;
/** Whether who is logged in has this role or a higher one: const may_trigger = useMay('user'). */
export const useMay = (needed: Role): boolean => mayAct(useMe()?.role, needed);

export async function logIn(client: QueryClient, username: string, password: string): Promise<void> {
  const me = await call('post', '/auth/login', { body: { username, password } });
  client.setQueryData(meQuery.queryKey, me);
}

export async function logOut(client: QueryClient): Promise<void> {
  await call('post', '/auth/logout');
  client.clear();
}

/** The page that a log-in goes back to: only one of ours. */
export const safeNext = (next: string | undefined): string =>
  next && /^\/(?![/\\])/.test(next) && !next.startsWith('/login') ? next : '/';
