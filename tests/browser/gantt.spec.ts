import { asPhone, expect, expectAccessible, expectNoSideScroll, screenshot, test, withSettings } from './fixture';

test('each try has its bar, a retried task two, and leads to its log', async ({ page, gale }) => {
  const dag_run_id = await gale.run('failing');
  await page.goto(`/dags/failing/runs/${encodeURIComponent(dag_run_id)}/gantt`);
  const bars = page.locator('[data-row="bad"] [data-try]');
  await expect(bars).toHaveCount(2);
  await expect(bars.first()).toHaveAccessibleName(/try 1, .*running/);
  await expect(page.getByText('Critical path').first()).toBeVisible();
  await expectAccessible(page);
  await screenshot(page, 'gantt');
  await bars.nth(1).click();
  await expect(page).toHaveURL(/\/tasks\/bad\?try_number=2/);
});

test('groups fold; rows and bars are reached by keys', async ({ page, gale }) => {
  await gale.run('grouped');
  await page.goto('/dags/grouped/gantt');
  await expect(page.locator('[data-row="news.load"]')).toBeVisible();
  await page.locator('[data-row="start"] [data-name]').focus();
  await page.keyboard.press('ArrowDown');
  await expect(page.locator('[data-row="news"] [data-name]')).toBeFocused();
  await page.keyboard.press('ArrowLeft');
  await expect(page.locator('[data-row="news.load"]')).toHaveCount(0);
  await expect(page.locator('[data-row="news"] [data-name]')).toHaveAttribute('aria-expanded', 'false');
  await page.keyboard.press('ArrowRight');
  await expect(page.locator('[data-row="news.load"]')).toBeVisible();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowRight');
  await expect(page.locator('[data-row="news.load"] [data-try]')).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/tasks\/news\.load\?try_number=1/);
});

test('a part of the time is shown by drag and by keys, and kept in the address', async ({ page, gale }) => {
  await gale.run('chain');
  await page.goto('/dags/chain/gantt');
  const plot = page.locator('[data-row="step_1"] > div').last();
  const box = await plot.boundingBox();
  if (box === null) throw new Error('the plot has no box');
  await page.mouse.move(box.x + box.width * 0.5, box.y + 2);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.8, box.y + 2, { steps: 4 });
  await page.mouse.up();
  await expect(page).toHaveURL(/from=.*to=/);
  const part = page.url();
  await page.reload();
  await expect(page.getByRole('button', { name: 'Whole run' })).toBeVisible();
  expect(page.url()).toBe(part);
  await page.keyboard.press('0');
  await expect(page).not.toHaveURL(/from=/);
  await page.keyboard.press('+');
  await expect(page).toHaveURL(/from=/);
});

test('a run that goes on grows, and its end appears', async ({ page, gale }) => {
  const until = `${gale.home}/gantt-slow-done`;
  const dag_run_id = await gale.trigger('slow', { conf: { until } });
  await gale.waitForTask('slow', dag_run_id, 'wait', 'running');
  await page.goto(`/dags/slow/runs/${encodeURIComponent(dag_run_id)}/gantt`);
  const bar = page.locator('[data-row="wait"] [data-try]');
  await expect(bar).toHaveAccessibleName(/Running/);
  await gale.touch(until);
  await expect(bar).toHaveAccessibleName(/Success/);
  await expect(page.locator('[data-row="after"] [data-try]')).toHaveAccessibleName(/Success/);
});

test('the same as a table; dark; on a phone', async ({ page, gale }) => {
  await gale.run('failing');
  await page.goto('/dags/failing/gantt?view=table');
  await expect(page.getByRole('row', { name: /bad/ })).toHaveCount(2);
  await expectAccessible(page);
  await screenshot(page, 'gantt-table');
  await withSettings(page, { theme: 'dark', language: 'ru', time_zone: 'Asia/Tokyo' });
  await page.goto('/dags/failing/gantt');
  await expect(page.locator('[data-gantt]')).toContainText('GMT+9');
  await expectAccessible(page);
  await screenshot(page, 'gantt-dark');
  await asPhone(page);
  await expect(page.locator('[data-row="bad"] [data-try]')).toHaveCount(2);
  await expectNoSideScroll(page);
  await screenshot(page, 'gantt-phone', { full: true });
});
