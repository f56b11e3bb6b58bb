// The DAG's page: its frame, and the grid of tasks × runs.
import { writeFile } from 'node:fs/promises';
import {
  asPhone,
  expect,
  expectAccessible,
  expectNoSideScroll,
  screenshot,
  settled,
  test,
  withSettings,
  type Page,
} from './fixture';

const theGrid = (page: Page) => page.getByRole('grid', { name: 'States of the tasks in each run' });
/** The place that the keyboard is at, as a reader hears it. */
const activePlace = async (page: Page) => {
  const id = await theGrid(page).getAttribute('aria-activedescendant');
  return page.locator(`[id="${id}"]`);
};
const names = (page: Page) => page.locator('[data-row]');
const panel = (page: Page) => page.getByRole('complementary', { name: 'Details' });

test('a DAG’s head says what it is and when it runs, and pauses it', async ({ page, gale }) => {
  await page.goto('/dags/scheduled');
  await expect(page.getByRole('heading', { level: 1, name: 'scheduled' })).toBeVisible();
  await expect(page.getByText('Every day at 06:00')).toBeVisible();
  await expect(page.getByRole('link', { name: 'DAGs of carol' })).toHaveAttribute('href', '/dags?owners=carol');
  await expect(page.getByRole('link', { name: 'DAGs with the tag schedule' })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Trigger' }).first()).toBeVisible();
  const paused = async () => (await gale.call<{ is_paused: boolean }>('GET', '/api/v2/dags/scheduled')).is_paused;
  const before = await paused();
  const knob = page.getByRole('switch', { name: 'scheduled is active' });
  await knob.click();
  await expect.poll(paused).toBe(!before);
  await knob.click();
  await expect.poll(paused).toBe(before);
});

test('a DAG that is not there says so', async ({ page }) => {
  await page.goto('/dags/never_was');
  await expect(page.getByText('There is nothing here')).toBeVisible();
  await expectAccessible(page);
});

test('the keyboard moves through the grid, and a reader hears where it is', async ({ page, gale }) => {
  const dag_run_id = await gale.run('chain');
  await page.goto('/dags/chain?runs=10');
  await expect(names(page)).toHaveText(['step_1', 'step_2', 'step_3', 'step_4', 'step_5']);
  await theGrid(page).focus();
  await expect(await activePlace(page)).toHaveText(`Run ${dag_run_id}, By hand, Success`);
  await page.keyboard.press('ArrowDown');
  await expect(await activePlace(page)).toHaveText(/^step_1, Success, run of /);
  await page.keyboard.press('PageDown');
  await expect(await activePlace(page)).toHaveText(/^step_5, Success/);
  await page.keyboard.press('Home');
  await expect(await activePlace(page)).toHaveText('Task step_5');
  await page.keyboard.press('End');
  await page.keyboard.press('Space');
  await expect(panel(page).getByRole('heading', { name: 'step_5' })).toBeVisible();
  await expect(panel(page).getByText('1 of 1')).toBeVisible();
  await expect(page).toHaveURL(new RegExp(`dag_run_id=${encodeURIComponent(dag_run_id)}&task_id=step_5`));
  // A link keeps what is chosen.
  await page.reload();
  await expect(panel(page).getByRole('heading', { name: 'step_5' })).toBeVisible();
  await theGrid(page).focus();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/runs\/.*\/tasks\/step_1$/);
});

test('a click shows a cell’s details, a run’s head its own', async ({ page, gale }) => {
  const dag_run_id = await gale.run('failing');
  await page.goto('/dags/failing?runs=10');
  const box = await theGrid(page).boundingBox();
  if (!box) throw new Error('the grid has no box');
  const column = box.x + 260 + 12 + 24 * (Number(await theGrid(page).getAttribute('aria-colcount')) - 2);
  await page.mouse.click(column, box.y + 96 + 24 + 12);
  await expect(panel(page).getByRole('heading', { name: 'bad' })).toBeVisible();
  await expect(panel(page).getByRole('status')).toHaveText('Failed');
  await expect(panel(page).getByText('2 of 2')).toBeVisible();
  await page.mouse.click(column, box.y + 50);
  await expect(panel(page).getByRole('heading', { name: dag_run_id })).toBeVisible();
  await expectAccessible(page);
  await screenshot(page, 'grid-run');
  await panel(page).getByRole('button', { name: 'Actions' }).click();
  await expect(page.getByRole('menuitem', { name: /Clear/ })).toBeVisible();
  await page.keyboard.press('Escape');
  await panel(page).getByRole('button', { name: 'Close the details' }).click();
  await expect(panel(page)).toHaveCount(0);
  await expect(page).not.toHaveURL(/dag_run_id/);
});

test('groups fold and unfold; how is in the address and remembered', async ({ page, gale }) => {
  await gale.run('grouped');
  await page.goto('/dags/grouped');
  await expect(names(page)).toHaveCount(18);
  await names(page).filter({ hasText: 'news' }).first().click();
  await expect(names(page)).toHaveCount(11);
  await expect(page).toHaveURL(/open=prices/);
  await page.goto('/dags/grouped');
  await expect(names(page)).toHaveCount(11);
  await page.getByRole('button', { name: 'Fold all', exact: true }).click();
  await expect(names(page)).toHaveText([/start/, /news6/, /prices6/, /end/]);
  await theGrid(page).focus();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  await expect(await activePlace(page)).toHaveText(/^Group news, Success/);
  await page.keyboard.press('Home');
  await expect(await activePlace(page)).toHaveText('Group news, 6 tasks, folded');
  await page.keyboard.press('ArrowRight');
  await expect(await activePlace(page)).toHaveText('Group news, 6 tasks, open');
  await expect(names(page)).toHaveCount(7);
  await page.getByRole('button', { name: 'Unfold all' }).click();
  await screenshot(page, 'grid-groups');
});

test('filters are in the address, and an empty grid says what to do', async ({ page, gale }) => {
  await gale.run('chain');
  await page.goto('/dags/chain');
  await page.getByRole('combobox', { name: 'State of the run' }).selectOption('failed');
  await expect(page).toHaveURL(/run_state=failed/);
  await expect(page.getByText('No run fits the filters')).toBeVisible();
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Show all runs' }).first().click();
  await expect(theGrid(page)).toBeVisible();
  await page.getByRole('searchbox', { name: 'Find a task' }).fill('step_3');
  await expect(names(page)).toHaveText(['step_3']);
  await expect(page).toHaveURL(/task=step_3/);
  await page.goto('/dags/chain?until=2000-01-01T23:59:59Z');
  await expect(page.getByText('No run fits the filters')).toBeVisible();
});

test('why a run waits is on the screen', async ({ page, gale }) => {
  await gale.call('POST', '/api/v2/pools', { name: 'closed_pool', slots: 0 }).catch(() => undefined);
  const dag_run_id = await gale.trigger('pooled');
  await gale.waitForTask('pooled', dag_run_id, 'first', 'scheduled');
  await page.goto(`/dags/pooled?dag_run_id=${encodeURIComponent(dag_run_id)}`);
  await expect(
    panel(page)
      .getByText(/waits for pool 'closed_pool'/)
      .first(),
  ).toBeVisible();
  await screenshot(page, 'grid-waiting');
  await page.goto(`/dags/pooled?dag_run_id=${encodeURIComponent(dag_run_id)}&task_id=first`);
  await expect(panel(page).getByRole('note')).toHaveText(/waits for pool 'closed_pool'/);
  await page.goto(`/dags/pooled/runs/${encodeURIComponent(dag_run_id)}`);
  await expect(page.getByText(/waits for pool 'closed_pool'/).first()).toBeVisible();
  await screenshot(page, 'run-waiting');
  await gale.call('PATCH', `/api/v2/dags/pooled/dagRuns/${encodeURIComponent(dag_run_id)}`, { state: 'failed' });
});

test('states change as they happen, without reading the grid anew', async ({ page, gale }) => {
  await page.goto('/dags/slow');
  const reads: string[] = [];
  page.on('request', (request) => {
    if (/\/grid\?/.test(request.url()) && !request.url().includes('dag_run_id')) reads.push(request.url());
  });
  const until = `${gale.home}/grid-live`;
  const dag_run_id = await gale.trigger('slow', { conf: { until } });
  const place = () =>
    page.goto(`/dags/slow?dag_run_id=${encodeURIComponent(dag_run_id)}&task_id=wait`).then(() => settled(page));
  await place();
  await expect(panel(page).getByRole('status')).toHaveText('Running');
  reads.length = 0;
  await writeFile(until, '');
  await gale.finish('slow', dag_run_id);
  await expect(panel(page).getByRole('status')).toHaveText('Success');
  expect(reads).toEqual([]);
});

for (const theme of ['light', 'dark'] as const) {
  test(`the grid in ${theme} colours is accessible`, async ({ page, gale }) => {
    await withSettings(page, { theme });
    await gale.run('branching');
    await gale.run('wide');
    await page.goto('/dags/branching');
    await theGrid(page).focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Space');
    await expect(panel(page)).toBeVisible();
    await expectAccessible(page);
    await screenshot(page, `grid-${theme}`);
    await page.goto('/dags/wide?open=*');
    await theGrid(page).focus();
    await expect(names(page).first()).toBeVisible();
    await page.keyboard.press('Control+End');
    await expect(await activePlace(page)).toHaveText(/^task_19, /);
    await screenshot(page, `grid-wide-${theme}`);
  });
}

test('the grid fits a phone, and Russian', async ({ page, gale }) => {
  await gale.run('grouped');
  await asPhone(page);
  await withSettings(page, { language: 'ru' });
  await page.goto('/dags/grouped?open=*');
  await expect(page.getByRole('grid')).toBeVisible();
  await expectNoSideScroll(page);
  await expectAccessible(page);
  await screenshot(page, 'grid-phone');
});
