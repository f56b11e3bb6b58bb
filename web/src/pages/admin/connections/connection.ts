import type { Schemas } from '../../../api/client';

export type Connection = Schemas['ConnectionResponse'];

/** How a type's form shows one of the standard fields. */
export type FieldLook = Schemas['ConnectionType']['standard_fields'][Standard];
export const STANDARD = ['host', 'login', 'password', 'url_schema', 'port'] as const;
export type Standard = (typeof STANDARD)[number];

/** Any JSON Schema to the server; providers write these. */
export interface ExtraField {
  value: unknown;
  schema: {
    type: 'string' | 'integer' | 'number' | 'boolean' | readonly string[];
    title?: string;
    format?: 'password' | 'multiline';
    enum?: readonly string[];
  };
  description: string | null;
}

export type ConnectionType = Omit<Schemas['ConnectionType'], 'extra_fields'> & {
  extra_fields: Record<string, ExtraField>;
};

export interface Form {
  connection_id: string;
  conn_type: string;
  description: string;
  host: string;
  login: string;
  password: string;
  url_schema: string;
  port: string;
  /** JSON as it is typed. */
  extra: string;
}

const pretty = (text: string | null) => {
  const parsed = extraOf(text ?? '');
  return parsed === undefined ? (text ?? '') : Object.keys(parsed).length === 0 ? '' : JSON.stringify(parsed, null, 2);
};

export const formOf = (connection: Connection | undefined): Form => ({
  connection_id: connection?.connection_id ?? '',
  conn_type: connection?.conn_type ?? '',
  description: connection?.description ?? '',
  host: connection?.host ?? '',
  login: connection?.login ?? '',
  password: connection?.password ?? '',
  url_schema: connection?.schema ?? '',
  port: connection?.port === null || connection?.port === undefined ? '' : String(connection.port),
  extra: pretty(connection?.extra ?? null),
});

/** The extra as an object; empty for no text, undefined for what is no JSON object. */
export function extraOf(text: string): Record<string, unknown> | undefined {
  if (text.trim() === '') return {};
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)
      ? (parsed as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

/** The extra with one member set; an empty value takes it away. */
export function withExtra(text: string, name: string, value: unknown): string {
  const extra = { ...extraOf(text) };
  if (value === '' || value === undefined || value === null) delete extra[name];
  else extra[name] = value;
  return Object.keys(extra).length === 0 ? '' : JSON.stringify(extra, null, 2);
}

const orNull = (text: string) => (text === '' ? null : text);

export const bodyOf = (form: Form) => ({
  connection_id: form.connection_id,
  conn_type: form.conn_type,
  description: orNull(form.description),
  host: orNull(form.host),
  login: orNull(form.login),
  password: orNull(form.password),
  schema: orNull(form.url_schema),
  port: form.port === '' ? null : Number(form.port),
  extra: orNull(form.extra.trim()),
});

export type Problem = 'needed' | 'id_characters' | 'port_range' | 'extra_json';

/** What the form itself can tell before the server does. */
export function problemsOf(form: Form): Partial<Record<keyof Form, Problem>> {
  const problems: Partial<Record<keyof Form, Problem>> = {};
  if (form.connection_id === '') problems.connection_id = 'needed';
  else if (!/^[\w.\-:()@/#\\]+$/.test(form.connection_id)) problems.connection_id = 'id_characters';
  if (form.conn_type === '') problems.conn_type = 'needed';
  if (form.port !== '' && !(/^\d+$/.test(form.port) && Number(form.port) <= 65535)) problems.port = 'port_range';
  if (extraOf(form.extra) === undefined) problems.extra = 'extra_json';
  return problems;
}
