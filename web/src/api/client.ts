// Calls of the server's operations, typed by the generated schema:
//   const dag = await call('get', '/api/v2/dags/{dag_id}', { path: { dag_id } });
// Throws a Failure, which TanStack Query hands on as `error`. `request` is the same for addresses that are not in the
// schema. A 401 sends the page to the log-in, which comes back here.
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
type Part<Name extends string, T> = undefined extends T ? { [K in Name]?: T } : { [K in Name]: T };
export type Options<O> = Part<'path', PathOf<O>> & { query?: QueryOf<O>; signal?: AbortSignal } & Part<
    'body',
    BodyOf<O>
  >;

export interface RequestOptions {
  path?: Record<string, string | number>;
  query?: Record<string, QueryValue>;
  body?: unknown;
  signal?: AbortSignal;
  headers?: Record<string, string>;
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
  const headers = new Headers({ Accept: 'application/json', ...options.headers });
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

export async function request<T>(method: Method, template: string, options: RequestOptions = {}): Promise<T> {
  const response = await send(method, template, options);
  return (await bodyOf(response)) as T;
}

export function call<M extends Method, P extends PathsWith<M>>(
  method: M,
  path: P,
  options: Options<OperationOf<P, M>>,
): Promise<AnswerOf<OperationOf<P, M>>> {
  return request(method, path as string, options as RequestOptions);
}
