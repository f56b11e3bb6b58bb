// What an XCom's value is, so that it can be looked at as that.

/** Airflow's serialized pictures and ours: data: URIs of images that cannot hold a script. */
export const isPicture = (value: unknown): value is string =>
  typeof value === 'string' && /^data:image\/(png|jpe?g|gif|webp|avif|bmp);base64,[A-Za-z0-9+/=\s]+$/.test(value);

export interface Rows {
  columns: string[];
  rows: Record<string, unknown>[];
}

/** A list of objects is a table: its columns are the names that they have, in the order of their first use. */
export function tableOf(value: unknown): Rows | undefined {
  if (!Array.isArray(value) || value.length === 0) return undefined;
  const columns = new Set<string>();
  for (const row of value) {
    if (typeof row !== 'object' || row === null || Array.isArray(row)) return undefined;
    for (const name of Object.keys(row)) columns.add(name);
  }
  return columns.size > 0 ? { columns: [...columns], rows: value as Record<string, unknown>[] } : undefined;
}

export type Forms = 'tree' | 'table' | 'picture' | 'text';

/** The ways to look at a value, the best one first. */
export function formsOf(value: unknown): Forms[] {
  if (isPicture(value)) return ['picture', 'text'];
  if (tableOf(value)) return ['table', 'tree', 'text'];
  if (typeof value === 'object' && value !== null) return ['tree', 'text'];
  return ['text'];
}

export const textOf = (value: unknown): string =>
  typeof value === 'string' ? value : (JSON.stringify(value, null, 2) ?? 'null');

/** A few words of it, for one line. */
export function briefOf(value: unknown, most = 120): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? 'null');
  return text.length > most ? `${text.slice(0, most)}…` : text;
}
