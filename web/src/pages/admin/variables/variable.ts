import type { Schemas } from '../../../api/client';
import type { OnExistence } from '../list';

export type Variable = Schemas['VariableResponse'];

export const MASK = '***';

/** What a file of variables holds: {"key": value} or {"key": {"value": …, "description": …}}, as `variables export`. */
export type Import = { entities: { key: string; value: unknown; description?: string | null }[] };

export class BadFile extends Error {}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Throws a BadFile whose message is the reason. */
export function parseVariables(text: string): Import {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (error) {
    throw new BadFile(error instanceof Error ? error.message : String(error));
  }
  if (!isObject(content)) throw new BadFile('{ "key": … }');
  const entities = Object.entries(content).map(([key, value]) => {
    // With a description beside the value it is the form of an export; an object else is the value itself.
    const described = isObject(value) && 'value' in value && Object.keys(value).every((name) => FORM.has(name));
    if (!described) return { key, value };
    const { value: inner, description } = value;
    return { key, value: inner, ...(typeof description === 'string' && { description }) };
  });
  return { entities };
}
const FORM = new Set(['value', 'description']);

export function exportVariables(variables: readonly Variable[]): string {
  const content = Object.fromEntries(
    variables.map(({ key, value, description }) => [key, description ? { value, description } : value]),
  );
  return `${JSON.stringify(content, null, 2)}\n`;
}

/** JSON of an object or list, made readable; undefined: it is something else. */
export function formatted(value: string): string | undefined {
  try {
    const parsed: unknown = JSON.parse(value);
    return typeof parsed === 'object' && parsed !== null ? JSON.stringify(parsed, null, 2) : undefined;
  } catch {
    return undefined;
  }
}

export const ON_EXISTENCE: readonly OnExistence[] = ['fail', 'skip', 'overwrite'];
