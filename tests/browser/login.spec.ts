import { ADMIN, expect, expectAccessible, screenshot, test } from './fixture';

test('a deep link leads through the log-in and back to itself', async ({ browser, baseURL }) => {
  const page = await browser.newPage({ baseURL });
  await page.goto('/dags?q=cha&tags=shape');
  await expect(page).toHaveURL(/\/login\?next=/);
  await expectAccessible(page);
  await screenshot(page, 'login');
  await page.getByLabel('User name').fill(ADMIN.username);
  await page.getByLabel('Password').fill('wrong');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('alert')).toContainText('user name or the password is wrong');
  await page.getByLabel('Password').fill(ADMIN.password);
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL('/dags?q=cha&tags=shape');
  await page.close();
});
