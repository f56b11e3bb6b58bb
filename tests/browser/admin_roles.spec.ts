import {
  Answer,
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

const ROLES = ['viewer', 'user', 'op', 'admin'] as const;
type Role = (typeof ROLES)[number];

/** The page of somebody with this role. */
async function as(page: Page, gale: Gale, role: Role): Promise<void> {
  const who = { username: `page_${role}`, password: 'password-of-a-role' };
  await gale.call('POST', '/gale/users', { ...who, role }).catch((answer: unknown) => {
    if (!(answer instanceof Answer && answer.status === 409)) throw answer; // there from another test
  });
  await page.context().clearCookies();
  await logIn(page, gale, who);
}

const ADMIN_PAGES = ['/variables', '/connections', '/pools', '/users', '/tokens', '/configuration', '/jobs', '/events'];
const NEEDS: Record<string, Role> = {
  '/variables': 'op',
  '/connections': 'op',
  '/configuration': 'op',
  '/users': 'admin',
};

for (const role of ROLES) {
  test(`${role} sees the pages and the buttons of that role`, async ({ page, gale }) => {
    await as(page, gale, role);
    await page.goto('/pools');
    await expect(page.getByRole('row', { name: /default_pool/ })).toBeVisible();
    const changes = ROLES.indexOf(role) >= ROLES.indexOf('op');
    await expect(page.getByRole('button', { name: 'Add a pool' })).toHaveCount(changes ? 1 : 0);
    await expect(page.getByRole('button', { name: 'Edit default_pool' })).toHaveCount(changes ? 1 : 0);
    await expect(page.getByRole('checkbox')).toHaveCount(changes ? await page.getByRole('row').count() : 0);
    const nav = page.getByRole('navigation', { name: 'Main navigation' });
    for (const path of ADMIN_PAGES) {
      const may = ROLES.indexOf(role) >= ROLES.indexOf(NEEDS[path] ?? 'viewer');
      await expect(nav.locator(`a[href="${path}"]`)).toHaveCount(may ? 1 : 0);
      if (may) continue;
      await page.goto(path);
      await expect(page.getByText('You may not see this')).toBeVisible();
    }
    await expectAccessible(page);
  });
}

test('dark, in Russian, on a phone', async ({ page, gale }) => {
  await gale.call('POST', '/api/v2/connections', {
    connection_id: `phone_${'long_'.repeat(20)}`,
    conn_type: 'http',
    host: 'example.org',
  });
  await withSettings(page, { theme: 'dark', language: 'ru' });
  await asPhone(page);
  for (const path of ADMIN_PAGES) {
    await page.goto(path);
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    await screenshot(page, `admin-phone${path.replace('/', '-')}`);
    await expectAccessible(page);
    await expectNoSideScroll(page);
  }
  await page.goto('/connections');
  await page.getByRole('button', { name: 'Добавить подключение' }).first().click();
  await expectNoSideScroll(page);
  await expectAccessible(page);
  await screenshot(page, 'admin-phone-connection-dialog');
});
