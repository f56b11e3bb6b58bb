import { asPhone, expect, expectAccessible, expectNoSideScroll, screenshot, test, withSettings } from './fixture';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const card = (page: import('@playwright/test').Page, name: string) =>
  page.locator('section').filter({ has: page.getByRole('heading', { level: 2, name, exact: true }) });

test('what runs, what failed and why, each a link to its cause', async ({ page, gale }) => {
  const failed = await gale.run('failing');
  const until = join(gale.home, 'until-home');
  const slow = await gale.trigger('slow', { conf: { until } });
  await gale.waitForTask('slow', slow, 'wait', 'running');
  await page.goto('/');

  const health = page.getByRole('list', { name: 'Health and counts' });
  await expect(health.getByText('Scheduler')).toBeVisible();
  await expect(health.getByText('Healthy')).toHaveCount(3);
  await expect(health.getByRole('link', { name: 'Import errors 1' })).toHaveAttribute('href', '/import_errors');

  const running = card(page, 'Running now').getByRole('listitem').filter({ hasText: slow });
  await expect(running).toContainText('0 of 2 tasks');
  const failures = card(page, 'Failed lately').getByRole('listitem').filter({ hasText: failed });
  await expect(failures.getByRole('link', { name: 'Log of bad, try 2' })).toHaveAttribute(
    'href',
    `/dags/failing/runs/${encodeURIComponent(failed)}/tasks/bad`,
  );
  await expect(card(page, 'Pools')).toContainText('default_pool');
  await expect(card(page, 'Runs').getByRole('link', { name: /Failed/ })).toHaveAttribute('href', '/dags?state=failed');
  await expectAccessible(page);
  await screenshot(page, 'home', { full: true });

  // Without a reload: the run ends and leaves the list.
  await writeFile(until, '');
  await expect(running).toHaveCount(0);
});

test('the window is in the address', async ({ page, gale }) => {
  await gale.run('chain');
  await page.goto('/');
  await page.getByRole('radio', { name: '1 hour' }).check({ force: true });
  await expect(page).toHaveURL('/?hours=1');
  await page.reload();
  await expect(page.getByRole('radio', { name: '1 hour' })).toBeChecked();
  await expect(card(page, 'Runs')).toContainText('Success');
});

test('dark, in Russian, on a phone', async ({ page, gale }) => {
  await gale.run('failing');
  await withSettings(page, { theme: 'dark', language: 'ru' });
  await page.goto('/');
  await expect(page.getByRole('heading', { name: 'Недавние ошибки' })).toBeVisible();
  await expectAccessible(page);
  await screenshot(page, 'home-dark-ru', { full: true });
  await asPhone(page);
  await expectNoSideScroll(page);
  await expectAccessible(page);
  await screenshot(page, 'home-dark-ru-phone', { full: true });
});
