import type { Schemas } from '../../../api/client';

export type Setting = Schemas['SourcedConfigOption'];
export type Section = Schemas['SourcedConfig']['sections'][number];

/** What the server writes in place of a secret. */
export const HIDDEN = '< hidden >';

/** The options with `text` in section, name or value; `set`: without those that have their default. */
export function fitting(sections: readonly Section[], text: string, set: boolean): Section[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  return sections
    .map(({ name, options }) => ({
      name,
      options: options.filter((option) => {
        const whole = `[${name}] ${option.key} ${option.value}`.toLowerCase();
        return (!set || option.source !== 'default') && words.every((word) => whole.includes(word));
      }),
    }))
    .filter(({ options }) => options.length > 0);
}
