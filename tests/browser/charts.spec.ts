import { asPhone, expect, expectAccessible, expectNoSideScroll, screenshot, test, withSettings } from './fixture';

test('runs, tasks and what fails', async ({ page, gale }) => {
  const ids = [];
  for (let i = 0; i < 4; i += 1) ids.push(await gale.run('failing'));
  await page.goto('/dags/failing/charts');
  for (const id of ids) await expect(page.locator(`[data-run="${id}"]`)).toBeAttached();
  const failing = page.getByRole('table', { name: 'Most failing tasks' });
  await expect(failing.getByRole('row', { name: /bad/ })).toContainText(/(\d+) of \1/);
  await expect(page.getByRole('table', { name: 'Slowest tasks' })).toContainText('bad');
  await expectAccessible(page);
  await screenshot(page, 'charts', { full: true });
});

test('a chart is read by keys, and opens its run', async ({ page, gale }) => {
  const first = await gale.run('chain');
  const second = await gale.run('chain');
  await page.goto('/dags/chain/charts');
  const runs = page.getByRole('slider', { name: /Durations of \d+ runs/ });
  await runs.first().focus();
  await expect(runs.first()).toHaveAttribute('aria-valuetext', new RegExp(second.replaceAll('+', String.raw`\+`)));
  await page.keyboard.press('ArrowLeft');
  await expect(runs.first()).toHaveAttribute('aria-valuetext', new RegExp(first.replaceAll('+', String.raw`\+`)));
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(new RegExp(`/dags/chain/runs/`));
});

test('dragging shows a part, and tasks can be chosen; both are kept in the address', async ({ page, gale }) => {
  for (let i = 0; i < 4; i += 1) await gale.run('chain');
  await page.goto('/dags/chain/charts');
  const chart = page.getByRole('slider', { name: /Durations of \d+ runs/ }).first();
  const box = await chart.boundingBox();
  if (box === null) throw new Error('the chart has no box');
  await page.mouse.move(box.x + box.width * 0.7, box.y + 40);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.97, box.y + 40, { steps: 4 });
  await page.mouse.up();
  await expect(page).toHaveURL(/from_run=/);
  await expect(page.getByText(/^\d+ runs? shown$/)).toBeVisible();
  await page.getByRole('button', { name: 'Show all' }).click();
  await expect(page).not.toHaveURL(/from_run=/);

  await page.getByRole('button', { name: 'Choose tasks' }).click();
  await page.getByRole('checkbox', { name: /step_1/ }).uncheck();
  await expect(page).toHaveURL(/task=/);
  await page.keyboard.press('Escape');
  await page.reload();
  await expect(page.locator('[data-series="step_1"]')).toHaveCount(0);
  await expect(page.locator('[data-series="step_2"]').first()).toBeAttached();
  await page.getByRole('radio', { name: 'Small charts' }).check();
  await expect(page.getByRole('heading', { name: 'step_2' })).toBeVisible();
});

test('as a table; dark and Russian; on a phone', async ({ page, gale }) => {
  const id = await gale.run('chain');
  await page.goto('/dags/chain/charts?view=table');
  await expect(page.getByRole('link', { name: id })).toBeVisible();
  await expectAccessible(page);
  await withSettings(page, { theme: 'dark', language: 'ru' });
  await page.goto('/dags/chain/charts?tasks=small');
  await expect(page.locator(`[data-run="${id}"]`)).toBeAttached();
  await expectAccessible(page);
  await screenshot(page, 'charts-dark', { full: true });
  await asPhone(page);
  await expectNoSideScroll(page);
  await screenshot(page, 'charts-phone', { full: true });
});

test('a DAG without runs says what to do', async ({ page, gale }) => {
  await gale.waitForDag('every_param');
  await page.goto('/dags/every_param/charts');
  await expect(page.getByText('This DAG has no runs')).toBeVisible();
});
