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

test('a file that breaks appears with its traceback, and goes when it is mended', async ({ page, startGale }) => {
  const gale = await startGale({ dags: '' });
  await logIn(page, gale);
  await page.goto(`${gale.url}/import_errors`);
  await expect(page.getByText('Every file can be imported')).toBeVisible();
  await screenshot(page, 'import_errors-none');
  await gale.writeDag('mine.py', 'from airflow.sdk import DAG\nimport nothing_of_this_name\n');
  await expect(page.getByText('ModuleNotFoundError', { exact: false }).first()).toBeVisible();
  await expect(page.getByText('line 2', { exact: true })).toBeVisible();
  await gale.writeDag('mine.py', 'from airflow.sdk import DAG\ndag = DAG("mended")\n');
  await expect(page.getByText('Every file can be imported')).toBeVisible();
});

test('markup in an error is text', async ({ page }) => {
  await page.goto('/import_errors');
  await expect(page.getByRole('region', { name: /Traceback of/ })).toContainText(
    'this <b>file</b> is broken on purpose',
  );
  await expectAccessible(page);
  await screenshot(page, 'import_errors');
  await page.getByRole('searchbox', { name: 'Part of a file’s name' }).fill('no such file');
  await expect(page.getByText('No file’s name has this in it')).toBeVisible();
  await expect(page).toHaveURL('/import_errors?q=no+such+file');
});

test('dark, on a phone', async ({ page }) => {
  await withSettings(page, { theme: 'dark' });
  await asPhone(page);
  await page.goto('/import_errors');
  await expect(page.getByRole('region', { name: /Traceback of/ })).toBeVisible();
  await expectNoSideScroll(page);
  await expectAccessible(page);
  await screenshot(page, 'import_errors-dark-phone');
});
