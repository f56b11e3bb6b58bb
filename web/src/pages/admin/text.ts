import { textOf } from '../../i18n/text';

export const t = textOf<typeof import('../../i18n/en/admin.json')>('admin');

/** A word for what comes from the data, `prefix` and its name; the name itself where there is none. */
export function wordFor(prefix: string, name: string | null): string {
  const key = `${prefix}_${name ?? ''}`;
  return t.has(key) ? t(key) : (name ?? '–');
}
