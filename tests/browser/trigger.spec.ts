// The trigger form: every widget, its checks, the JSON beside it.
import {
  asPhone,
  expect,
  expectAccessible,
  expectNoSideScroll,
  screenshot,
  test,
  withSettings,
  type Gale,
  type Page,
} from './fixture';
import type { Locator } from '@playwright/test';

const form = (page: Page) => page.getByRole('dialog', { name: /^Trigger / });
const json = (page: Page) => form(page).getByLabel('Conf as JSON');
const conf = async (page: Page) => JSON.parse(await json(page).inputValue()) as Record<string, unknown>;
const send = (page: Page) => form(page).getByRole('button', { name: 'Trigger', exact: true });
const param = (page: Page, name: string): Locator => form(page).locator(`[data-param="${name}"]`);
const newest = async (gale: Gale, dag_id: string) => {
  const { dag_runs } = await gale.call<{ dag_runs: Record<string, unknown>[] }>(
    'GET',
    `/api/v2/dags/${dag_id}/dagRuns?order_by=-id&limit=1`,
  );
  return dag_runs[0] ?? {};
};

async function open(page: Page, dag_id = 'form') {
  await page.goto(`/dags/${dag_id}/code`);
  await page.getByRole('button', { name: 'Trigger', exact: true }).click();
  await expect(json(page)).toBeVisible();
}

test('every widget writes its value into the conf, and the run gets it', async ({ page, gale }) => {
  await gale.waitForDag('form');
  await open(page);
  await param(page, 'who').getByRole('textbox').fill('bob');
  await param(page, 'code').getByRole('textbox').fill('XY-42');
  await param(page, 'mail').getByRole('textbox').fill('x@y.z');
  await param(page, 'site').getByRole('textbox').fill('https://example.org/a');
  await param(page, 'address').getByRole('textbox').fill('10.0.0.1');
  await param(page, 'fruit').getByRole('combobox').fill('cherry');
  await param(page, 'essay').getByRole('textbox').fill('three\nfour');
  await param(page, 'count').getByRole('textbox').fill('7');
  await param(page, 'limit').getByRole('textbox').fill('0.5');
  await param(page, 'level').getByRole('combobox').selectOption('high');
  await param(page, 'on').getByRole('checkbox').uncheck();
  await param(page, 'perhaps').getByRole('combobox').selectOption('True');
  await param(page, 'size').getByRole('combobox').selectOption('– nothing –');
  await param(page, 'parts').getByRole('checkbox', { name: 'the second' }).check();
  await param(page, 'days').getByRole('checkbox', { name: 'wed' }).check();
  await param(page, 'words').getByRole('textbox').fill('one\ntwo\n');
  await param(page, 'rows').getByRole('textbox').fill('[{"n": 2}, {"n": 3}]');
  await param(page, 'thing').getByRole('textbox').fill('{"b": [true, null]}');
  await param(page, 'day').locator('input').fill('2026-02-28');
  await param(page, 'moment').getByLabel('Time zone of moment').selectOption('Europe/Berlin');
  await param(page, 'moment').locator('input').fill('2026-07-01T10:00:00');
  await param(page, 'clock').getByLabel('Time zone of clock').selectOption('+02:00');
  await param(page, 'clock').locator('input').fill('08:15:30');
  await expect(param(page, 'fixed').getByRole('textbox')).toHaveValue('constant');
  await expect(param(page, 'fixed').getByRole('textbox')).not.toBeEditable();
  const wanted = {
    who: 'bob',
    code: 'XY-42',
    mail: 'x@y.z',
    site: 'https://example.org/a',
    address: '10.0.0.1',
    fruit: 'cherry',
    essay: 'three\nfour',
    count: 7,
    limit: 0.5,
    level: 3,
    on: false,
    perhaps: true,
    size: null,
    parts: ['a', 'b'],
    days: ['mon', 'wed'],
    words: ['one', 'two'],
    rows: [{ n: 2 }, { n: 3 }],
    thing: { b: [true, null] },
    day: '2026-02-28',
    moment: '2026-07-01T10:00:00+02:00',
    clock: '08:15:30+02:00',
    fixed: 'constant',
  };
  expect(await conf(page)).toEqual(wanted);

  await form(page).getByText('Run id, dates and note').click();
  await form(page).getByLabel('Run id', { exact: true }).fill('by_form');
  await form(page).getByRole('radio', { name: 'At', exact: true }).check();
  await form(page).getByLabel('Time zone of Logical date').selectOption('Asia/Tokyo');
  await form(page).getByLabel('Logical date', { exact: true }).last().fill('2026-03-01T09:00:00');
  await form(page).getByLabel('Note', { exact: true }).fill('from the **form**');
  await screenshot(page, 'trigger-form-light');
  await send(page).click();
  await expect(page).toHaveURL(/\/dags\/form\/runs\/by_form$/);
  const run = await newest(gale, 'form');
  expect(run).toMatchObject({ dag_run_id: 'by_form', conf: wanted, note: 'from the **form**' });
  expect(Date.parse(String(run.logical_date))).toBe(Date.parse('2026-03-01T00:00:00Z'));
});

test('says in place what is wrong, before it is sent', async ({ page, gale }) => {
  await gale.waitForDag('form');
  await open(page);
  await param(page, 'count').getByRole('textbox').fill('11');
  await expect(param(page, 'count')).not.toContainText('At most');
  await param(page, 'code').getByRole('textbox').fill('nonsense'); // leaves count
  await expect(param(page, 'count')).toContainText('At most 10.');
  await param(page, 'limit').getByRole('textbox').fill('many');
  await param(page, 'mail').getByRole('textbox').fill('nobody');
  await param(page, 'address').getByRole('textbox').fill('10.0.0.256');
  await param(page, 'rows').getByRole('textbox').fill('[{');
  await param(page, 'days').getByRole('checkbox', { name: 'tue' }).check();
  await param(page, 'days').getByRole('checkbox', { name: 'wed' }).check();
  await send(page).click();
  await expect(form(page).getByRole('alert').filter({ hasText: 'fields need a change' })).toContainText(
    '8 fields need a change.',
  );
  await expect(param(page, 'who')).toContainText('A value is needed.');
  await expect(param(page, 'who').getByRole('textbox')).toBeFocused(); // the first that needs a change, as the file has them
  await expect(param(page, 'code')).toContainText('It must match');
  await expect(param(page, 'limit')).toContainText('A number is needed.');
  await expect(param(page, 'mail')).toContainText('no valid email');
  await expect(param(page, 'address')).toContainText('no valid ipv4');
  await expect(param(page, 'rows')).toContainText('not JSON');
  await expect(param(page, 'days')).toContainText('At most 2 entries.');
  await expectAccessible(page);
  await screenshot(page, 'trigger-problems-light');
});

test('form and JSON are one, and what one typed comes back', async ({ page, gale }) => {
  await gale.waitForDag('form');
  await open(page);
  await json(page).fill('{"who": "json", "extra": {"deep": 1}, "count": 4}');
  await expect(param(page, 'who').getByRole('textbox')).toHaveValue('json');
  await expect(param(page, 'count').getByRole('textbox')).toHaveValue('4');
  await param(page, 'count').getByRole('textbox').fill('5');
  expect(await conf(page)).toEqual({ who: 'json', extra: { deep: 1 }, count: 5 });
  await json(page).fill('{"who": ');
  await expect(form(page)).toContainText('The form waits for valid JSON.');
  await expect(form(page)).toContainText('This is not JSON');
  await json(page).fill('{"who": "kept"}');
  await page.keyboard.press('Escape');
  await expect(form(page)).toHaveCount(0);
  await page.getByRole('button', { name: 'Trigger', exact: true }).click();
  await expect(param(page, 'who').getByRole('textbox')).toHaveValue('kept');
  await expect(form(page)).toContainText('What you typed before is back.');
  await form(page).getByRole('button', { name: 'Reset to the defaults' }).click();
  await expect(param(page, 'who').getByRole('textbox')).toHaveValue('');
  expect((await conf(page)).count).toBe(3);
});

test('the server’s no stands at its field', async ({ page, gale }) => {
  await gale.waitForDag('form');
  await open(page);
  await param(page, 'who').getByRole('textbox').fill('x');
  // What the page lets pass and the server does not: a schema that it has got newer than the page.
  await page.route('**/dagRuns', (route) =>
    route.fulfill({ status: 400, json: { detail: 'Invalid input for param count: 3 is less than the minimum of 4' } }),
  );
  await send(page).click();
  await expect(param(page, 'count')).toContainText('3 is less than the minimum of 4');
  await page.unroute('**/dagRuns');
  await form(page).getByText('Run id, dates and note').click();
  await form(page).getByLabel('Run id', { exact: true }).fill('twice');
  await param(page, 'count').getByRole('textbox').fill('4');
  await send(page).click();
  await expect(page).toHaveURL(/runs\/twice$/);
  await open(page);
  await param(page, 'who').getByRole('textbox').fill('x');
  await form(page).getByText('Run id, dates and note').click();
  await form(page).getByLabel('Run id', { exact: true }).fill('twice');
  await send(page).click();
  await expect(form(page).getByRole('alert')).toContainText('twice');
});

test('a paused DAG is unpaused with its run, or not', async ({ page, gale }) => {
  await gale.waitForDag('chain');
  await gale.call('PATCH', '/api/v2/dags/chain', { is_paused: true });
  await open(page, 'chain');
  await expect(form(page)).toContainText('The DAG is paused');
  await expect(form(page)).toContainText('declares no params');
  await send(page).click();
  await expect(page).toHaveURL(/\/dags\/chain\/runs\//);
  const { is_paused } = await gale.call<{ is_paused: boolean }>('GET', '/api/v2/dags/chain');
  expect(is_paused).toBe(false);
});

for (const theme of ['light', 'dark'] as const) {
  test(`is accessible and fits a phone, ${theme}`, async ({ page, gale }) => {
    await gale.waitForDag('form');
    await withSettings(page, { theme });
    await open(page);
    await expectAccessible(page);
    if (theme === 'dark') await screenshot(page, 'trigger-form-dark');
    await asPhone(page);
    await expectNoSideScroll(page);
    await screenshot(page, `trigger-phone-${theme}`);
  });
}
