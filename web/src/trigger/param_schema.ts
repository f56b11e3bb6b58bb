// Which widget a param gets, from its JSON schema: Airflow's rules. Pure.

export type Json = null | boolean | number | string | Json[] | { [name: string]: Json };
export type Conf = Record<string, Json>;

/** The keywords that the form reads; the server checks all. */
export interface ParamSchema {
  type?: string | string[];
  title?: string;
  description?: string;
  description_md?: string;
  section?: string;
  format?: string;
  enum?: Json[];
  const?: Json;
  examples?: Json[];
  values_display?: Record<string, string>;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  exclusiveMaximum?: number;
  multipleOf?: number;
  minLength?: number;
  maxLength?: number;
  pattern?: string;
  minItems?: number;
  maxItems?: number;
  uniqueItems?: boolean;
  items?: ParamSchema;
  properties?: Record<string, ParamSchema>;
  required?: string[];
}

/** As DAG details give them: name to this. */
export interface ParamSpec {
  value?: Json;
  description?: string | null;
  schema?: ParamSchema;
}

type Widget =
  | 'text'
  | 'multiline'
  | 'number'
  | 'boolean'
  | 'date'
  | 'date-time'
  | 'time'
  | 'select'
  | 'multi-select'
  | 'lines'
  | 'json'
  | 'const';

export interface Param {
  name: string;
  label: string;
  widget: Widget;
  schema: ParamSchema;
  /** JSON types that it may have, without null. Empty: any. */
  types: string[];
  nullable: boolean;
  /** It must have a value: it may not be null, and has no default. */
  required: boolean;
  /** undefined: it has none. */
  initial: Json | undefined;
  description: string;
  /** In Markdown. */
  description_md: string;
  section: string;
  /** What select and multi-select offer, and text proposes. */
  options: { value: Json; label: string }[];
}

const isSchema = (value: unknown): value is ParamSchema =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function typeOf(value: Json | undefined): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  return typeof value;
}

function typesOf(schema: ParamSchema, value: Json | undefined): { types: string[]; nullable: boolean } {
  const named = schema.type === undefined ? [] : [schema.type].flat().filter((type) => typeof type === 'string');
  if (named.length > 0) return { types: named.filter((type) => type !== 'null'), nullable: named.includes('null') };
  // As in Airflow: without a type, the default's. Its value may then be anything.
  const type = typeOf(value);
  return { types: type === undefined ? [] : [type], nullable: true };
}

const FORMATS: Record<string, Widget> = {
  date: 'date',
  'date-time': 'date-time',
  time: 'time',
  multiline: 'multiline',
};

function widgetOf(schema: ParamSchema, types: string[]): Widget {
  if (schema.const !== undefined) return 'const';
  const type = types[0] ?? 'string';
  if (type === 'array') {
    if (Array.isArray(schema.items?.enum) || Array.isArray(schema.examples)) return 'multi-select';
    const items = schema.items?.type;
    return schema.items === undefined || items === 'string' ? 'lines' : 'json';
  }
  if (type === 'object') return 'json';
  if (Array.isArray(schema.enum)) return 'select';
  if (types.length > 1 && !types.every((each) => each === 'integer' || each === 'number'))
    return types.some((each) => each === 'array' || each === 'object' || each === 'boolean') ? 'json' : 'text';
  if (type === 'boolean') return 'boolean';
  if (type === 'integer' || type === 'number') return 'number';
  return (schema.format && FORMATS[schema.format]) || 'text';
}

export const shown = (value: Json): string => (typeof value === 'string' ? value : JSON.stringify(value));

function optionsOf(schema: ParamSchema): Param['options'] {
  const values = schema.items?.enum ?? schema.enum ?? schema.examples;
  if (!Array.isArray(values)) return [];
  const labels = schema.values_display ?? schema.items?.values_display ?? {};
  // null among an enum is the empty choice, which the select has anyhow.
  return values
    .filter((value) => value !== null)
    .map((value) => ({ value, label: labels[shown(value)] ?? shown(value) }));
}

/** What of a list or object fits a list of texts, one a line. */
const isTexts = (value: Json | undefined) =>
  value === undefined || value === null || (Array.isArray(value) && value.every((item) => typeof item === 'string'));

export function paramOf(name: string, spec: ParamSpec): Param {
  const schema = isSchema(spec.schema) ? spec.schema : {};
  const { types, nullable } = typesOf(schema, spec.value);
  let widget = widgetOf(schema, types);
  if (widget === 'lines' && !isTexts(spec.value)) widget = 'json';
  const in_enum = Array.isArray(schema.enum) && schema.enum.includes(null);
  // A default of null where null is not allowed is Airflow's way to say "must be given".
  const initial = spec.value === null && !nullable && !in_enum ? undefined : spec.value;
  return {
    name,
    label: schema.title ?? name,
    widget,
    schema,
    types,
    nullable: nullable || in_enum,
    required: !nullable && !in_enum && types.length > 0,
    initial: widget === 'const' ? schema.const : initial,
    description: spec.description ?? schema.description ?? '',
    description_md: schema.description_md ?? '',
    section: schema.section ?? '',
    options: optionsOf(schema),
  };
}

export const paramsOf = (specs: Record<string, unknown> | null | undefined): Param[] =>
  Object.entries(specs ?? {})
    .filter((entry): entry is [string, ParamSpec] => typeof entry[1] === 'object' && entry[1] !== null)
    .map(([name, spec]) => paramOf(name, spec));

/** Params by section, in the order in which sections first come; those without one first. */
export function sectionsOf(params: readonly Param[]): { section: string; params: Param[] }[] {
  const names = ['', ...new Set(params.map((param) => param.section).filter(Boolean))];
  return names
    .map((section) => ({ section, params: params.filter((param) => param.section === section) }))
    .filter((group) => group.params.length > 0);
}
