// Calls of the server's operations, typed by the generated schema:
//   const dag = await call('get', '/api/v2/dags/{dag_id}', { path: { dag_id } });
// Throws a Failure, which TanStack Query hands on as `error`. A 401 sends the page to the log-in, which comes back here.
import { serverUrl } from '../app/base';
import { Failure, failureOf } from './failure';
import type { components, paths } from './schema';

export type Schemas = components['schemas'];
type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';

type PathsWith<M extends Method> = {
  [P in keyof paths]: paths[P] extends { [K in M]: infer O } ? ([O] extends [undefined | never] ? never : P) : never;
}[keyof paths];
type OperationOf<P extends keyof paths, M extends Method> = paths[P] extends { [K in M]: infer O } ? O : never;
type JsonOf<T> = T extends { content: { 'application/json': infer J } } ? J : undefined;
type AnswerOf<O> = O extends { responses: infer R }
  ? { [S in keyof R]: S extends 200 | 201 | 202 | 204 ? JsonOf<R[S]> : never }[keyof R]
  : never;
type PathOf<O> = O extends { parameters: { path: infer T } } ? T : undefined;
type QueryOf<O> = O extends { parameters: { query?: infer T } } ? T : undefined;
// An operation without a body has `requestBody?: never`.
type BodyOf<O> = O extends { requestBody?: infer B }
  ? [NonNullable<B>] extends [never]
    ? undefined
    : JsonOf<NonNullable<B>>
  : undefined;

type QueryValue = string | number | boolean | null | undefined | readonly (string | number | boolean)[];
// The page's address holds plain texts: the server says which of them it does not know. What is empty is left out.
type Asked<V> = V extends readonly (infer E)[]
  ? Asked<E> | readonly Asked<E>[]
  : V extends string
    ? string
    : V extends boolean
      ? boolean | 'true' | 'false'
      : V;
type Query<T> = { [K in keyof T]?: Asked<T[K]> | null };
type Named<T> = T extends undefined ? undefined : { [K in keyof T]: string | number };
type Part<Name extends string, T> = undefined extends T ? { [K in Name]?: T } : { [K in Name]: T };
type Options<O> = Part<'path', Named<PathOf<O>>> &
  Part<'body', BodyOf<O>> & { query?: Query<QueryOf<O>>; signal?: AbortSignal | undefined };

interface RequestOptions {
  path?: Record<string, string | number>;
  query?: Record<string, QueryValue>;
  body?: unknown;
  signal?: AbortSignal | undefined;
}

/** The address of an operation: {names} filled in and encoded, empty query values left out, lists repeated. */
export function addressOf(template: string, { path = {}, query = {} }: RequestOptions = {}): string {
  const filled = template.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(path[name] ?? '')));
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    for (const one of Array.isArray(value) ? value : [value as Exclude<QueryValue, readonly unknown[]>]) {
      if (one !== undefined && one !== null && one !== '') search.append(name, String(one));
    }
  }
  const text = search.toString();
  return serverUrl(filled) + (text ? `?${text}` : '');
}

let onUnauthenticated: () => void = () => undefined;
export const setOnUnauthenticated = (handler: () => void): void => void (onUnauthenticated = handler);

async function bodyOf(response: Response): Promise<unknown> {
  const text = await response.text();
  if (!response.headers.get('content-type')?.includes('json')) return text;
  try {
    return text === '' ? undefined : (JSON.parse(text) as unknown);
  } catch {
    throw new Failure(response.status, [`The server's answer is not JSON: ${text.slice(0, 200)}`]);
  }
}

/** The raw answer to a request with a good status; else throws a Failure. */
export async function send(method: string, template: string, options: RequestOptions = {}): Promise<Response> {
  const name = `${method.toUpperCase()} ${template}`;
  const headers = new Headers({ Accept: 'application/json' });
  if (options.body !== undefined) headers.set('Content-Type', 'application/json');
  let response: Response;
  try {
    response = await fetch(addressOf(template, options), {
      method: method.toUpperCase(),
      headers,
      credentials: 'same-origin',
      body: options.body === undefined ? null : JSON.stringify(options.body),
      signal: options.signal ?? null,
    });
  } catch (error) {
    if (options.signal?.aborted) throw error;
    throw new Failure(0, [], [], name);
  }
  if (response.ok) return response;
  const body = await bodyOf(response);
  if (response.status === 401) onUnauthenticated();
  throw failureOf(response.status, body, name);
}

export async function call<M extends Method, P extends PathsWith<M>>(
  method: M,
  path: P,
  ...[options]: Record<string, never> extends Options<OperationOf<P, M>>
    ? [Options<OperationOf<P, M>>?]
    : [Options<OperationOf<P, M>>]
): Promise<AnswerOf<OperationOf<P, M>>> {
  const response = await send(method, path, options as RequestOptions | undefined);
  return (await bodyOf(response)) as AnswerOf<OperationOf<P, M>>;
}
