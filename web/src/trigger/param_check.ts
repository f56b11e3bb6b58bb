// A value against a param's schema, for problems in place. What it does not know it lets pass: the server checks all.
import { t } from './text';
import { shown, type Json, type Param, type ParamSchema } from './param_schema';

const isNumber = (value: unknown): value is number => typeof value === 'number';

function isOfType(value: Json, type: string): boolean {
  if (type === 'integer') return Number.isInteger(value);
  if (type === 'number') return isNumber(value);
  if (type === 'array') return Array.isArray(value);
  if (type === 'object') return typeof value === 'object' && value !== null && !Array.isArray(value);
  if (type === 'null') return value === null;
  return typeof value === type;
}

function typeName(type: string): string {
  const key = `type_${type}`;
  return t.has(key) ? t(key) : type;
}

const same = (a: Json, b: Json) => JSON.stringify(a) === JSON.stringify(b);

const DATE = /^\d{4}-\d{2}-\d{2}$/;
const TIME = /^([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?$/;
const isRealDate = (text: string) =>
  DATE.test(text) && !Number.isNaN(Date.parse(`${text}T00:00:00Z`)) && dayExists(text);
const dayExists = (text: string) => new Date(`${text}T00:00:00Z`).toISOString().startsWith(text);
const isIpv4 = (text: string) => {
  const parts = text.split('.');
  return parts.length === 4 && parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256);
};
const isUri = (text: string) => {
  try {
    return /^[a-z][a-z0-9+.-]*:/i.test(text) && Boolean(new URL(text));
  } catch {
    return false;
  }
};
const isIpv6 = (text: string) => text.includes(':') && isUri(`http://[${text}]/`);

const FORMATS: Record<string, (text: string) => boolean> = {
  date: isRealDate,
  'date-time': (text) => /^\d{4}-\d{2}-\d{2}[T ]\d{2}:/.test(text) && !Number.isNaN(Date.parse(text)),
  time: (text) => TIME.test(text),
  email: (text) => /^\S+@\S+$/.test(text),
  'idn-email': (text) => /^\S+@\S+$/.test(text),
  uri: isUri,
  url: isUri,
  ipv4: isIpv4,
  ipv6: isIpv6,
  uuid: (text) => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text),
  hostname: (text) =>
    /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/i.test(text),
};

function checkNumber(value: number, schema: ParamSchema): string | undefined {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf } = schema;
  if (isNumber(minimum) && value < minimum) return t('at_least', { limit: String(minimum) });
  if (isNumber(maximum) && value > maximum) return t('at_most', { limit: String(maximum) });
  if (isNumber(exclusiveMinimum) && value <= exclusiveMinimum)
    return t('more_than', { limit: String(exclusiveMinimum) });
  if (isNumber(exclusiveMaximum) && value >= exclusiveMaximum)
    return t('less_than', { limit: String(exclusiveMaximum) });
  if (isNumber(multipleOf) && multipleOf > 0) {
    const quotient = value / multipleOf;
    if (Math.abs(quotient - Math.round(quotient)) > 1e-9) return t('multiple_of', { step: String(multipleOf) });
  }
  return undefined;
}

function checkText(value: string, schema: ParamSchema): string | undefined {
  const { minLength, maxLength, pattern, format } = schema;
  const length = [...value].length;
  if (isNumber(minLength) && length < minLength) return t('longer', { count: minLength });
  if (isNumber(maxLength) && length > maxLength) return t('shorter', { count: maxLength, length });
  if (typeof pattern === 'string') {
    let matcher: RegExp | undefined;
    try {
      matcher = new RegExp(pattern, 'u');
    } catch {
      matcher = undefined; // of Python's dialect: the server knows it
    }
    if (matcher && !matcher.test(value)) return t('pattern', { pattern });
  }
  const fits = typeof format === 'string' ? FORMATS[format] : undefined;
  if (fits && !fits(value)) return t('format', { format: format ?? '' });
  return undefined;
}

function checkList(value: Json[], schema: ParamSchema): string | undefined {
  const { minItems, maxItems, uniqueItems, items } = schema;
  if (isNumber(minItems) && value.length < minItems) return t('more_items', { count: minItems });
  if (isNumber(maxItems) && value.length > maxItems) return t('fewer_items', { count: maxItems });
  if (uniqueItems) {
    const twice = value.find((item, at) => value.findIndex((other) => same(item, other)) !== at);
    if (twice !== undefined) return t('twice', { value: shown(twice) });
  }
  if (!items) return undefined;
  for (const [at, item] of value.entries()) {
    const problem = checkSchema(item, items);
    if (problem) return t('in_item', { number: at + 1, problem });
  }
  return undefined;
}

function checkObject(value: { [name: string]: Json }, schema: ParamSchema): string | undefined {
  const missing = schema.required?.find((name) => !(name in value));
  if (missing !== undefined) return t('lacks_member', { name: missing });
  for (const [name, below] of Object.entries(schema.properties ?? {})) {
    const member = value[name];
    const problem = member === undefined ? undefined : checkSchema(member, below);
    if (problem) return t('in_member', { name, problem });
  }
  return undefined;
}

export function checkSchema(value: Json, schema: ParamSchema): string | undefined {
  const types = schema.type === undefined ? [] : [schema.type].flat();
  if (types.length > 0 && !types.some((type) => isOfType(value, type)))
    return t('wrong_type', { types: types.map(typeName).join(', ') });
  if (Array.isArray(schema.enum) && !schema.enum.some((one) => same(one, value)))
    return t('not_offered', { value: shown(value) });
  if (schema.const !== undefined && !same(schema.const, value)) return t('must_be', { value: shown(schema.const) });
  if (isNumber(value)) return checkNumber(value, schema);
  if (typeof value === 'string') return checkText(value, schema);
  if (Array.isArray(value)) return checkList(value, schema);
  return typeof value === 'object' && value !== null ? checkObject(value, schema) : undefined;
}

/** undefined: the conf gives no value. */
export function checkParam(param: Param, value: Json | undefined): string | undefined {
  if (value === undefined) return param.initial === undefined ? t('required') : undefined;
  if (value === null && param.nullable) return undefined;
  // An empty text is a value where it is the default or the schema means it.
  if (value === '' && param.required && param.initial !== '' && !param.schema.enum?.includes('')) return t('required');
  return checkSchema(value, param.schema);
}
