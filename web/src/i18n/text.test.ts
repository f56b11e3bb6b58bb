import { expect, test } from 'vitest';
import { messages as en } from './messages_en';
import { messages as ru } from './messages_ru';
import { loadLanguage, preferredLanguage, textOf, type Messages } from './text';

const names = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1]).toSorted();
const forms = (message: Messages[string]) => (typeof message === 'string' ? [message] : Object.values(message));

test('both languages have the same messages', () => {
  const keys = (all: Record<string, Messages>) =>
    Object.entries(all).flatMap(([feature, messages]) => Object.keys(messages).map((key) => `${feature}.${key}`));
  expect(keys(ru).toSorted()).toEqual(keys(en).toSorted());
});

test('no message is empty, and each names the same values in both languages', () => {
  for (const [feature, messages] of Object.entries(en)) {
    for (const [key, message] of Object.entries(messages)) {
      const other = ru[feature]?.[key] ?? '';
      const wanted = new Set(forms(message).flatMap(names));
      expect(new Set(forms(other).flatMap(names)), `${feature}.${key}`).toEqual(wanted);
      for (const form of [...forms(message), ...forms(other)]) expect(form.trim(), `${feature}.${key}`).not.toBe('');
    }
  }
});

test('a plural has every form of its language', () => {
  const categories = { en, ru } as const;
  for (const language of ['en', 'ru'] as const) {
    const wanted = new Intl.PluralRules(language).resolvedOptions().pluralCategories;
    for (const [feature, messages] of Object.entries(categories[language])) {
      for (const [key, message] of Object.entries(messages)) {
        if (typeof message === 'string') continue;
        expect(Object.keys(message).toSorted(), `${language} ${feature}.${key}`).toEqual(wanted.toSorted());
      }
    }
  }
});

test('counts choose the form, names are filled in', async () => {
  const t = textOf<typeof import('./en/common.json')>('common');
  await loadLanguage('en');
  expect(t('seconds', { count: 1 })).toBe('1 second');
  expect(t('seconds', { count: 1200 })).toBe('1,200 seconds');
  await loadLanguage('ru');
  expect([1, 3, 5, 21].map((count) => t('seconds', { count }))).toEqual([
    '1 секунда',
    '3 секунды',
    '5 секунд',
    '21 секунда',
  ]);
  await loadLanguage('en');
  expect(t.has('seconds')).toBe(true);
  expect(t.has('no such key')).toBe(false);
});

test('the language that was picked wins, then the browser’s first that we speak', () => {
  expect(preferredLanguage('ru', ['en-GB'])).toBe('ru');
  expect(preferredLanguage(null, ['de', 'ru-RU', 'en'])).toBe('ru');
  expect(preferredLanguage('de', [])).toBe('en');
});
