// The page's words. A feature keeps its own in en/FEATURE.json and ru/FEATURE.json and reads them by
//   export const t = textOf<typeof import('../../i18n/en/dags.json')>('dags');
// so that a missing key is a type error; text.test.ts holds the languages against each other. A message is a text with
// {names}, or its plural forms by Intl.PluralRules ({one, few, many, other}), chosen by `count`.
import type { ReactNode } from 'react';
import { createElement, Fragment } from 'react';

export const LANGUAGES = { en: 'English', ru: 'Русский' } as const;
export type Language = keyof typeof LANGUAGES;

type Plural = { other: string } & Partial<Record<Intl.LDMLPluralRule, string>>;
export type Messages = Record<string, string | Plural>;
type Values = Record<string, string | number>;

let current: Language = 'en';
let features: Record<string, Messages> = {};

const LOADERS: Record<Language, () => Promise<{ messages: Record<string, Messages> }>> = {
  en: () => import('./messages_en'),
  ru: () => import('./messages_ru'),
};

/** Makes `language` the one that every text is read in from now on; what is on the screen must be rendered anew. */
export async function loadLanguage(language: Language): Promise<void> {
  features = (await LOADERS[language]()).messages;
  current = language;
  document.documentElement.lang = language;
}

export const language = (): Language => current;

/** The language that was picked before, else the browser's, else English. */
export function preferredLanguage(picked: string | null, offered: readonly string[]): Language {
  for (const tag of [picked, ...offered]) {
    const code = tag?.slice(0, 2).toLowerCase();
    if (code && code in LANGUAGES) return code as Language;
  }
  return 'en';
}

const number = (value: number) => new Intl.NumberFormat(current).format(value);

function pattern(feature: string, key: string, values: { count?: unknown }): string {
  const message = features[feature]?.[key];
  if (message === undefined) return `${feature}.${key}`;
  if (typeof message === 'string') return message;
  const count = typeof values.count === 'number' ? values.count : 0;
  return message[new Intl.PluralRules(current).select(count)] ?? message.other;
}

export interface Text<Keys extends string> {
  (key: Keys, values?: Values): string;
  /** As above, with elements for names: rich('by', {who: <b>ann</b>}). */
  rich(key: Keys, values: Record<string, ReactNode>): ReactNode;
  /** Whether there is such a key: for those that come from data, a state or a kind. */
  has(key: string): key is Keys;
}

export function textOf<M>(feature: string): Text<keyof M & string> {
  type Keys = keyof M & string;
  const text = (key: Keys, values: Values = {}) =>
    pattern(feature, key, values).replaceAll(/\{(\w+)\}/g, (whole, name: string) => {
      const value = values[name];
      return value === undefined ? whole : typeof value === 'number' ? number(value) : value;
    });
  const rich = (key: Keys, values: Record<string, ReactNode>) => {
    const parts = pattern(feature, key, values).split(/\{(\w+)\}/);
    return createElement(
      Fragment,
      null,
      ...parts.map((part, at) => {
        if (at % 2 === 0) return part;
        const value = values[part];
        return typeof value === 'number' ? number(value) : value;
      }),
    );
  };
  const has = (key: string): key is Keys => features[feature]?.[key] !== undefined;
  return Object.assign(text, { rich, has });
}
