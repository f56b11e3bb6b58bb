// What stands around every page: navigation, search, keys, settings, the connection's banner, pages that are not there.
import {
  asPhone,
  expect,
  expectAccessible,
  expectNoSideScroll,
  logIn,
  screenshot,
  test,
  withSettings,
} from './fixture';

test('the search finds DAGs and pages by keyboard', async ({ page, gale }) => {
  await gale.waitForDag('chain');
  await page.goto('/dags');
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await page.keyboard.press('/');
  const box = page.getByRole('combobox', { name: 'Search DAGs, runs and pages' });
  await expect(box).toBeFocused();
  await box.fill('chai');
  await expect(page.getByRole('option')).toHaveCount(1);
  await expect(page.getByRole('option', { selected: true })).toContainText('chain');
  await expectAccessible(page);
  await screenshot(page, 'search');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/dags\/chain$/);
  await page.keyboard.press('Control+k');
  await expect(box).toBeFocused();
  await box.fill('no such thing');
  await expect(page.getByText('Nothing found')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);
});

test('the search finds runs by a part of their id', async ({ page, gale }) => {
  await gale.waitForDag('chain');
  await gale.trigger('chain', { dag_run_id: 'backfill_of_march' });
  await page.goto('/');
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await page.keyboard.press('/');
  await page.getByRole('combobox', { name: 'Search DAGs, runs and pages' }).fill('of_mar');
  const hit = page.getByRole('option', { name: /backfill_of_march/ });
  await expect(hit).toContainText('chain');
  await hit.click();
  await expect(page).toHaveURL(/\/dags\/chain\/runs\/backfill_of_march$/);
});

test('keys move, tell of themselves and can be turned off', async ({ page }) => {
  await page.goto('/');
  await expect(page.getByRole('heading', { level: 1, name: 'Home' })).toBeVisible();
  await page.keyboard.press('g');
  await page.keyboard.press('d');
  await expect(page).toHaveURL('/dags');
  await expect(page).toHaveTitle('DAGs · Gale');
  await page.keyboard.press('?');
  const help = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
  await expect(help.getByText('Filter by text')).toBeVisible();
  await expectAccessible(page);
  await screenshot(page, 'help');
  await page.keyboard.press('Escape');
  await expect(help).toHaveCount(0);

  await page.getByRole('button', { name: 'Settings' }).click();
  await page.getByRole('switch', { name: 'Keyboard shortcuts' }).click();
  await page.keyboard.press('Escape');
  await page.keyboard.press('g');
  await page.keyboard.press('h');
  await page.keyboard.press('Control+k');
  await expect(page.getByRole('combobox', { name: 'Search DAGs, runs and pages' })).toBeFocused();
  await expect(page).toHaveURL('/dags');
});

test('theme, zone and language are picked, and kept', async ({ page }) => {
  await page.goto('/dags');
  await page.getByRole('button', { name: 'Settings' }).click();
  await expectAccessible(page);
  await page.getByRole('radio', { name: 'Dark' }).check({ force: true });
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
  await page.getByLabel('Time zone').selectOption('Asia/Tokyo');
  await page.getByRole('button', { name: 'Settings' }).click();
  await expect(page.getByLabel('Time zone')).toHaveValue('Asia/Tokyo');
  await page.getByLabel('Language').selectOption('ru');
  await expect(page.getByRole('link', { name: 'Главная' }).first()).toBeVisible();
  await expect(page.locator('html')).toHaveAttribute('lang', 'ru');
  await page.reload();
  await expect(page.getByRole('link', { name: 'Главная' }).first()).toBeVisible();
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
  await page.getByRole('button', { name: 'Настройки' }).click();
  await expect(page.getByLabel('Часовой пояс')).toHaveValue('Asia/Tokyo');
  await expectAccessible(page);
  await screenshot(page, 'settings-dark-ru');
});

test('without a choice the theme is the system’s, also when that changes', async ({ page }) => {
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.goto('/dags');
  const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  await expect(page.getByRole('link', { name: 'Home' }).first()).toBeVisible();
  const dark = await ground();
  await page.emulateMedia({ colorScheme: 'light' });
  await expect.poll(ground).not.toBe(dark);
  await page.emulateMedia({ colorScheme: 'dark' });
  await expect.poll(ground).toBe(dark);
});

test('a wrong address says so, and leads on', async ({ page }) => {
  await page.goto('/no/such/page');
  await expect(page.getByText('There is nothing here')).toBeVisible();
  await expectAccessible(page);
  await screenshot(page, 'not_found');
  await page.getByRole('main').getByRole('link', { name: 'All DAGs' }).click();
  await expect(page).toHaveURL('/dags');
});

test('a failing server is told of, with a way to try again', async ({ page }) => {
  await page.route('**/gale/dags?*', (route) => route.fulfill({ status: 500, json: { detail: 'disk I/O error' } }));
  await page.goto('/dags');
  await expect(page.getByRole('alert')).toContainText('disk I/O error');
  await expectAccessible(page);
  await screenshot(page, 'server_error');
  await page.unroute('**/gale/dags?*');
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect(page.getByRole('table', { name: 'DAGs' })).toBeVisible();
});

test('by keyboard alone one gets past the navigation', async ({ page }) => {
  await page.goto('/dags');
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await page.keyboard.press('Tab');
  await expect(page.getByRole('link', { name: 'Skip to the content' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('main')).toBeFocused();
  await expect(page).toHaveURL('/dags');
});

test('on a phone the navigation unfolds', async ({ page }) => {
  await withSettings(page, { theme: 'dark' });
  await asPhone(page);
  await page.goto('/dags');
  const home = page.getByRole('navigation', { name: 'Main navigation' }).getByRole('link', { name: 'Home' });
  await expect(home).toBeHidden();
  await page.getByRole('button', { name: 'Open the navigation' }).click();
  await expect(home).toBeVisible();
  await expectAccessible(page);
  await screenshot(page, 'phone-navigation');
  await home.click();
  await expect(page).toHaveURL('/');
  await expect(home).toBeHidden();
  await expectNoSideScroll(page);
});

test('a lost connection is shown, and that it is back', async ({ page, startGale }) => {
  const gale = await startGale();
  await logIn(page, gale);
  await page.goto(`${gale.url}/dags`);
  await expect(page.getByRole('link', { name: 'chain', exact: true })).toBeVisible();
  await gale.down();
  await expect(page.getByText('The connection to the server is lost')).toBeVisible();
  await expectAccessible(page);
  await screenshot(page, 'connection_lost');
  const is_up = gale.up();
  // Before the server listens: once it does, the page may have found it by itself, and has no button any more.
  await page.getByRole('button', { name: 'Reconnect now' }).click();
  await expect(page.getByText('Connected again')).toBeVisible();
  await is_up;
  await gale.call('PATCH', '/api/v2/dags/chain', { is_paused: true });
  await expect(page.getByRole('switch', { name: 'chain is active' })).not.toBeChecked();
});
