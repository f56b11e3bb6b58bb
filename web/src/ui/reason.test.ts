import { afterEach, expect, test } from 'vitest';
import { loadLanguage } from '../i18n/text';
import { reasonOf } from './reason';

afterEach(() => loadLanguage('en'));

const UPSTREAM = {
  code: 'upstream',
  values: {
    tasks: [
      { task_id: 'load', state: 'running' },
      { task_id: 'label', state: null },
    ],
    more: 2,
    done: 1,
    total: 5,
    trigger_rule: 'all_success',
  },
};

test('a reason is said in the page’s language', async () => {
  await loadLanguage('en');
  expect(reasonOf(UPSTREAM, '')).toBe(
    'waits for upstream load (running), label (not started) and 2 more: 1 of 5 done, trigger rule all_success',
  );
  await loadLanguage('ru');
  expect(reasonOf(UPSTREAM, '')).toBe(
    'ждёт задачи выше: load (выполняется), label (не начата) и ещё 2; готово 1 из 5, правило запуска all_success',
  );
});

test('what holds the first task holds the run', async () => {
  await loadLanguage('ru');
  const pool = { code: 'pool', values: { pool: 'one', free: 0, slots: 1, needed: 1 } };
  expect(reasonOf({ code: 'nothing_runs', values: { task_id: 'a', ...pool, values: pool.values } }, '')).toBe(
    'сейчас ничего не выполняется: a ждёт пул «one»: свободно мест 0 из 1, нужно 1',
  );
});

test('durations and times', async () => {
  await loadLanguage('ru');
  expect(reasonOf({ code: 'queued_long', values: { seconds: 200 } }, '')).toContain('3 мин 20 с');
  expect(reasonOf({ code: 'retry', values: { at: '2026-01-01T00:03:20Z', try: 2, tries: 3 } }, '')).toBe(
    'повторит в 2026-01-01T00:03:20Z (попытка 2 из 3)',
  );
});

test('a reason that the page does not know is shown as the server says it', () => {
  expect(reasonOf({ code: 'of_the_future', values: {} }, 'waits for the moon')).toBe('waits for the moon');
  expect(
    reasonOf(
      { code: 'nothing_runs', values: { task_id: 'a', code: 'of_the_future', values: {} } },
      'nothing runs now: a',
    ),
  ).toBe('nothing runs now: a');
  expect(reasonOf({ code: null, values: null }, 'as before')).toBe('as before');
});
