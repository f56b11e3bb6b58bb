import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  asPhone,
  expect,
  expectAccessible,
  expectNoSideScroll,
  logIn,
  screenshot,
  test,
  withSettings,
  type Gale,
  type Page,
} from './fixture';

const table = (page: Page) => page.getByRole('table', { name: 'DAGs' });
const row = (page: Page, dag_id: string) =>
  table(page)
    .getByRole('row')
    .filter({ has: page.getByRole('link', { name: dag_id, exact: true }) });

async function isPaused(gale: Gale, dag_id: string): Promise<boolean> {
  return (await gale.call<{ is_paused: boolean }>('GET', `/api/v2/dags/${dag_id}`)).is_paused;
}

test('a DAG tells its schedule, its last runs and how the last one went', async ({ page, gale }) => {
  const failed = await gale.run('failing');
  await gale.run('chain');
  await gale.run('branching');
  await page.goto('/dags');
  await expect(row(page, 'scheduled')).toContainText('Every day at 06:00');
  await expect(row(page, 'chain')).toContainText('Only when triggered');
  await expect(row(page, 'chain')).toContainText('Success');
  await expect(row(page, 'failing')).toContainText('Failed');
  const strip = row(page, 'failing').getByRole('listitem').last().getByRole('link');
  await expect(strip).toHaveAttribute('href', `/dags/failing/runs/${encodeURIComponent(failed)}`);
  await strip.hover();
  await expect(page.getByRole('tooltip')).toContainText(failed);
  await page.mouse.move(0, 0);
  await expectAccessible(page);
  await screenshot(page, 'dags', { full: true });
});

test('every filter is in the address and survives a reload', async ({ page, gale }) => {
  await gale.waitForDag('scheduled');
  await page.goto('/dags');
  await page.getByRole('searchbox', { name: 'Part of a DAG’s id' }).fill('chai');
  await expect(page).toHaveURL('/dags?q=chai');
  await expect(table(page).getByRole('row')).toHaveCount(2);
  await page.getByRole('button', { name: 'Clear filters' }).click();
  await expect(page).toHaveURL('/dags');

  await page.getByRole('button', { name: 'Tags and owners' }).click();
  await page.getByRole('checkbox', { name: 'shape' }).check();
  await page.getByRole('checkbox', { name: 'bob' }).check();
  await expectAccessible(page);
  await page.keyboard.press('Escape');
  await expect(page).toHaveURL('/dags?tags=shape&owners=bob');
  const names = () => table(page).getByRole('row').allTextContents();
  await expect(row(page, 'grouped')).toBeVisible();
  await expect(row(page, 'surroundings')).toBeVisible();
  await expect(row(page, 'chain')).toHaveCount(0);
  const before = await names();
  await page.reload();
  await expect.poll(names).toEqual(before);
  await page.getByRole('button', { name: 'Remove the filter Owner: bob' }).click();
  await expect(row(page, 'chain')).toBeVisible();

  await page.goto('/dags?q=nothing-like-this');
  await expect(page.getByText('No DAG fits the filters')).toBeVisible();
  await expectAccessible(page);
  await screenshot(page, 'dags-nothing-fits');
});

test('the head sorts', async ({ page, gale }) => {
  await gale.waitForDag('wide');
  await page.goto('/dags');
  const first = () =>
    table(page).getByRole('row').nth(1).getByRole('cell').nth(2).getByRole('link').first().textContent();
  await expect.poll(first).toBe('branching');
  await table(page).getByRole('button', { name: 'DAG', exact: true }).click();
  await expect(page).toHaveURL('/dags?order_by=-dag_id');
  await expect.poll(first).toBe('wide');
  await expect(table(page).getByRole('columnheader', { name: 'DAG', exact: true })).toHaveAttribute(
    'aria-sort',
    'descending',
  );
});

test('pauses and stars at once, and both hold', async ({ page, gale }) => {
  await gale.waitForDag('grouped');
  await page.goto('/dags');
  const active = page.getByRole('switch', { name: 'grouped is active' });
  await active.click();
  await expect(active).not.toBeChecked();
  await expect.poll(() => isPaused(gale, 'grouped')).toBe(true);
  const star = page.getByRole('button', { name: 'Favourite: grouped' });
  await star.click();
  await expect(star).toHaveAttribute('aria-pressed', 'true');
  await page.goto('/dags?paused=true&favorite=true');
  await expect(table(page).getByRole('row')).toHaveCount(2);
  await active.click();
  await expect.poll(() => isPaused(gale, 'grouped')).toBe(false);
  await expect(page.getByText('No DAG fits the filters')).toBeVisible();
});

test('a refusal puts the switch back and says why', async ({ page, gale }) => {
  await gale.waitForDag('wide');
  await page.goto('/dags');
  await page.route('**/api/v2/dags/wide', (route) =>
    route.fulfill({ status: 403, json: { detail: 'Forbidden by test' } }),
  );
  await page.getByRole('switch', { name: 'wide is active' }).click();
  await expect(page.getByRole('alert')).toContainText('Pause: Forbidden by test.');
  await expect(page.getByRole('switch', { name: 'wide is active' })).toBeChecked();
  await page.getByRole('alert').getByRole('button', { name: 'Close' }).click();
  await expect(page.getByRole('alert')).toHaveCount(0);
});

test('what a run does is on the screen without a reload', async ({ page, gale }) => {
  await gale.waitForDag('slow');
  await page.goto('/dags');
  await expect(row(page, 'slow')).toBeVisible();
  const until = join(gale.home, 'until-dags');
  const run = await gale.trigger('slow', { conf: { until } });
  await expect(row(page, 'slow').getByRole('cell').filter({ hasText: 'Running' })).toBeVisible();
  await writeFile(until, '');
  await gale.finish('slow', run);
  await expect(row(page, 'slow').getByRole('cell').filter({ hasText: 'Success' })).toBeVisible();
});

test('many at once: what is touched is told before, and of each what came of it', async ({ page, gale }) => {
  await gale.run('failing');
  await gale.call('PATCH', '/api/v2/dags/branching', { is_paused: true });
  await page.goto('/dags');
  for (const name of ['branching', 'chain', 'failing'])
    await page.getByRole('checkbox', { name: `Select ${name}` }).check();
  const bar = page.getByRole('group', { name: 'For the selected DAGs' });
  await expect(bar).toContainText('3 selected');

  await bar.getByRole('button', { name: 'Pause', exact: true }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByRole('listitem').filter({ hasText: 'branching' })).toContainText('is paused already');
  await expectAccessible(page);
  await screenshot(page, 'dags-pause-many');
  // One of them is refused: the others are done, and it is told.
  await page.route('**/api/v2/dags/chain', (route) =>
    route.fulfill({ status: 409, json: { detail: 'Refused by test' } }),
  );
  await dialog.getByRole('button', { name: 'Pause 2' }).click();
  await expect(dialog.getByRole('listitem').filter({ hasText: 'chain' })).toContainText('Refused by test.');
  await expect(dialog.getByRole('listitem').filter({ hasText: 'failing' })).toContainText('Done');
  await screenshot(page, 'dags-pause-many-done');
  await expectAccessible(page);
  await dialog.getByRole('button', { name: 'Close' }).last().click();
  await page.unroute('**/api/v2/dags/chain');
  expect(await isPaused(gale, 'failing')).toBe(true);
  expect(await isPaused(gale, 'chain')).toBe(false);
  await expect(page.getByRole('checkbox', { name: 'Select chain' })).toBeChecked();
  await expect(page.getByRole('checkbox', { name: 'Select failing' })).not.toBeChecked();
  for (const name of ['branching', 'failing']) await gale.call('PATCH', `/api/v2/dags/${name}`, { is_paused: false });
});

test('clearing the failed tasks of many says how many task instances, and clears those', async ({ page, gale }) => {
  const run = await gale.run('failing');
  await page.goto('/dags');
  await page.getByRole('checkbox', { name: 'Select failing' }).check();
  await page.getByRole('checkbox', { name: 'Select grouped' }).check();
  await page
    .getByRole('group', { name: 'For the selected DAGs' })
    .getByRole('button', { name: 'Clear failed tasks' })
    .click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByRole('listitem').filter({ hasText: 'failing' })).toContainText('2 task instances');
  await expect(dialog.getByRole('listitem').filter({ hasText: 'grouped' })).toContainText('has not failed');
  await screenshot(page, 'dags-clear-many');
  await dialog.getByRole('button', { name: 'Clear in 1' }).click();
  await expect(dialog.getByText('Done for 1 DAG.')).toBeVisible();
  await expect
    .poll(
      async () =>
        (await gale.call<{ try_number: number }>('GET', `${gale.runPath('failing', run)}/taskInstances/bad`))
          .try_number,
    )
    .toBeGreaterThan(2);
  await gale.finish('failing', run);
});

test('triggers one from its row', async ({ page, gale }) => {
  await gale.waitForDag('chain');
  const total = async () =>
    (await gale.call<{ total_entries: number }>('GET', '/api/v2/dags/chain/dagRuns')).total_entries;
  const before = await total();
  await page.goto('/dags');
  await row(page, 'chain')
    .getByRole('button', { name: /Trigger/ })
    .click();
  await page.getByRole('dialog').getByRole('button', { name: 'Trigger', exact: true }).click();
  await expect.poll(total).toBe(before + 1);
});

test('deletes a DAG after asking', async ({ page, gale }) => {
  await gale.writeDag('doomed.py', 'from airflow.sdk import DAG\ndag = DAG("doomed")\n');
  await gale.waitForDag('doomed');
  await page.goto('/dags?q=doomed');
  await page.getByRole('button', { name: 'More for doomed' }).click();
  await page.getByRole('menuitem', { name: 'Delete' }).click();
  await expect(page.getByRole('dialog')).toContainText('All their runs');
  await screenshot(page, 'dags-delete');
  await page.getByRole('button', { name: 'Delete 1' }).click();
  await expect(page.getByText('Done for 1 DAG.')).toBeVisible();
});

const MANY = `
from airflow.sdk import DAG
from airflow.providers.standard.operators.empty import EmptyOperator
for number in range(1200):
    with DAG(f"many_{number:04}", schedule=None):
        EmptyOperator(task_id="only")
`;

test('a list of 1,200 DAGs is drawn as far as one sees it, read as one scrolls, and selected as a whole', async ({
  page,
  startGale,
}) => {
  const gale = await startGale({ dags: '' });
  await gale.writeDag('many.py', MANY);
  await gale.waitForDag('many_1199');
  await logIn(page, gale);
  const offsets: string[] = [];
  page.on('request', (request) => {
    const url = new URL(request.url());
    if (url.pathname === '/gale/dags') offsets.push(url.searchParams.get('offset') ?? '');
  });
  await page.goto(`${gale.url}/dags`);
  await expect(row(page, 'many_0000')).toBeVisible();
  await expect(page.getByText('1,200 DAGs')).toBeVisible();
  expect(await table(page).getByRole('row').count()).toBeLessThan(80);
  expect(new Set(offsets)).toEqual(new Set(['0']));
  await page.keyboard.press('End');
  await expect(row(page, 'many_1199')).toBeInViewport();
  expect(await table(page).getByRole('row').count()).toBeLessThan(80);
  expect(new Set(offsets).size).toBeLessThan(12); // not all that was passed
  await page.keyboard.press('Home');
  await expect(row(page, 'many_0000')).toBeInViewport();
  await table(page).getByRole('checkbox', { name: 'Select all' }).click(); // reads the rest first
  await expect(page.getByText('1,200 selected')).toBeVisible();
  await screenshot(page, 'dags-1200');
});

test('dark, in Russian, on a phone', async ({ page, gale }) => {
  await gale.run('failing');
  await withSettings(page, { theme: 'dark', language: 'ru' });
  await page.goto('/dags');
  await expect(page.getByText('Каждый день в 06:00')).toBeVisible();
  await expectAccessible(page);
  await screenshot(page, 'dags-dark-ru', { full: true });
  await asPhone(page);
  await expectNoSideScroll(page);
  await expectAccessible(page);
  await screenshot(page, 'dags-dark-ru-phone', { full: true });
});
