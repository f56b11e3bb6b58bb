import { readFile } from 'node:fs/promises';
import { ADMIN, expect, expectAccessible, screenshot, test, type Page } from './fixture';

const dialog = (page: Page) => page.getByRole('dialog');

test('variables: add, find, edit, keep a secret, delete', async ({ page, gale }) => {
  await page.goto('/variables');
  await page.getByRole('button', { name: 'Add a variable' }).first().click();
  await page.keyboard.press('Enter');
  await expect(dialog(page).getByText('This is needed.')).toBeVisible();
  await expectAccessible(page);
  await dialog(page).getByLabel('Key').fill('news_api_token');
  await dialog(page).getByLabel('Value').fill('s3cret');
  await dialog(page).getByRole('button', { name: 'Save' }).click();
  await expect(dialog(page)).toBeHidden();
  await page.getByRole('button', { name: 'Add a variable' }).first().click();
  await dialog(page).getByLabel('Key').fill('news_api_token');
  await dialog(page).getByRole('button', { name: 'Save' }).click();
  await expect(dialog(page).getByText(/already exists/)).toBeVisible();
  await dialog(page).getByLabel('Key').fill('news_topics');
  await dialog(page).getByLabel('Value').fill('{"oil":1}');
  await dialog(page).getByRole('button', { name: 'Format the JSON' }).click();
  await expect(dialog(page).getByLabel('Value')).toHaveValue('{\n  "oil": 1\n}');
  await screenshot(page, 'variable-dialog');
  await dialog(page).getByRole('button', { name: 'Save' }).click();
  const table = page.getByRole('table', { name: 'Variables' });
  await expect(table.getByRole('row', { name: /news_api_token/ })).toContainText('***');
  await screenshot(page, 'variables');
  // The mask goes back as it came: the secret stays.
  await table.getByRole('button', { name: 'news_api_token', exact: true }).click();
  await dialog(page).getByLabel('Description').fill('of the news');
  await dialog(page).getByRole('button', { name: 'Save' }).click();
  await expect(table.getByRole('row', { name: /news_api_token/ })).toContainText('of the news');
  await page.getByRole('searchbox', { name: 'Search by key' }).fill('topics');
  await expect(page).toHaveURL(/\?q=topics/);
  await expect(table.getByRole('row')).toHaveCount(2);
  await page.reload();
  await expect(table.getByRole('row')).toHaveCount(2);
  await page.getByRole('searchbox', { name: 'Search by key' }).fill('news');
  await expect(table.getByRole('row')).toHaveCount(3);
  await page.getByRole('checkbox', { name: 'Select all' }).check();
  await page.getByRole('group', { name: 'For the selected ones' }).getByRole('button', { name: 'Delete' }).click();
  await dialog(page).getByRole('button', { name: 'Delete' }).click();
  await expect(page.getByText('Nothing fits the filters')).toBeVisible();
  expect(await gale.call('GET', '/api/v2/variables?variable_key_pattern=news')).toMatchObject({ total_entries: 0 });
});

test('variables: a file goes in and comes out', async ({ page, gale }) => {
  await gale.call('POST', '/api/v2/variables', { key: 'io_a', value: '1' });
  await page.goto('/variables?q=io_');
  await page.getByRole('button', { name: 'Import', exact: true }).click();
  const file = (text: string) => ({ name: 'variables.json', mimeType: 'application/json', buffer: Buffer.from(text) });
  await dialog(page).getByLabel('File').setInputFiles(file('[1]'));
  await expect(dialog(page).getByText(/no JSON object/)).toBeVisible();
  await dialog(page).getByLabel('File').setInputFiles(file('{"io_a": "2", "io_b": {"x": 1}}'));
  await dialog(page).getByRole('button', { name: 'Import 2 variables' }).click();
  await expect(dialog(page).getByRole('alert')).toContainText('io_a');
  await dialog(page).getByRole('radio', { name: 'Overwrite it' }).check();
  await expectAccessible(page);
  await screenshot(page, 'variables-import');
  await dialog(page).getByRole('button', { name: 'Import 2 variables' }).click();
  await expect(dialog(page)).toBeHidden();
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Export' }).click(),
  ]);
  expect(JSON.parse(await readFile(await download.path(), 'utf8'))).toEqual({ io_a: '2', io_b: '{"x":1}' });
});

test('connections: a form by type, the extra as fields and as JSON', async ({ page, gale }) => {
  await page.goto('/connections');
  await page.getByRole('button', { name: 'Add a connection' }).first().click();
  await dialog(page).getByRole('button', { name: 'Save' }).click();
  await expect(dialog(page).getByText('This is needed.')).toHaveCount(2);
  await dialog(page).getByLabel('Connection id').fill('warehouse');
  await dialog(page).getByLabel('Type', { exact: false }).first().selectOption('snowflake');
  await expect(dialog(page).getByLabel('Port')).toBeHidden();
  await dialog(page).getByLabel('Account').fill('acme');
  await dialog(page).getByLabel('Do not check certificates').check();
  await dialog(page).getByLabel('Password').fill('s3cret');
  await dialog(page).getByText('Extra as JSON').click();
  const extra = dialog(page).getByLabel('Extra', { exact: true });
  await expect(extra).toHaveValue(/"account": "acme"/);
  await extra.fill('{"account": "acme", "insecure_mode": true, "token": "hidden"}');
  await expectAccessible(page);
  await screenshot(page, 'connection-dialog');
  await dialog(page).getByRole('button', { name: 'Test' }).click();
  await expect(dialog(page).getByRole('alert')).toContainText('test_connection');
  await dialog(page).getByRole('button', { name: 'Save' }).click();
  await expect(dialog(page)).toBeHidden();
  await page.getByRole('button', { name: 'warehouse', exact: true }).click();
  await expect(dialog(page).getByLabel('Account')).toHaveValue('acme');
  await dialog(page).getByText('Extra as JSON').click();
  await expect(extra).toHaveValue(/"token": "\*\*\*"/);
  await dialog(page).getByLabel('Account').fill('acme2');
  await dialog(page).getByRole('button', { name: 'Save' }).click();
  await expect(dialog(page)).toBeHidden();
  const kept = await gale.call<{ extra: string }>('GET', '/api/v2/connections/warehouse');
  expect(JSON.parse(kept.extra)).toEqual({ account: 'acme2', insecure_mode: true, token: '***' });
  await expectAccessible(page);
  await screenshot(page, 'connections');
});

test('a connection that is tried says what was tried', async ({ startGale }) => {
  const gale = await startGale({ env: { AIRFLOW__CORE__TEST_CONNECTION: 'Enabled' } });
  const port = Number(new URL(gale.url).port);
  const tested = await gale.call<{ status: boolean; message: string }>('POST', '/api/v2/connections/test', {
    connection_id: 'self',
    conn_type: 'http',
    host: '127.0.0.1',
    port,
  });
  expect(tested).toMatchObject({ status: true });
  expect(tested.message).toContain('HTTP/1.1');
});

test('pools: limits, their use, and the task instances in them', async ({ page, gale }) => {
  await page.goto('/pools');
  await page.getByRole('button', { name: 'Add a pool' }).first().click();
  await dialog(page).getByLabel('Pool').fill('gpu');
  await dialog(page).getByRole('textbox', { name: 'Slots' }).fill('many');
  await dialog(page).getByRole('button', { name: 'Save' }).click();
  await expect(dialog(page).getByText('A whole number, 0 or more.')).toBeVisible();
  await dialog(page).getByRole('textbox', { name: 'Slots' }).fill('3');
  await dialog(page).getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('row', { name: /gpu/ })).toContainText('3 open');
  await page.getByRole('button', { name: 'Edit default_pool' }).click();
  await expect(dialog(page).getByLabel('Description')).toBeHidden();
  await dialog(page).getByRole('button', { name: 'Save' }).click();
  await expect(dialog(page)).toBeHidden();
  await gale.waitForDag('slow');
  const dag_run_id = await gale.trigger('slow', { conf: { until: `${gale.home}/never` } });
  await expect(page.getByRole('link', { name: /running/ }).first()).toBeVisible();
  await expectAccessible(page);
  await screenshot(page, 'pools');
  await page
    .getByRole('link', { name: /running/ })
    .first()
    .click();
  await expect(page).toHaveURL(/\/task_instances\?pool=default_pool&task_state=running/);
  await expect(page.getByRole('link', { name: 'slow', exact: true }).first()).toBeVisible();
  await expectAccessible(page);
  await screenshot(page, 'pool-tasks');
  await gale.call('PATCH', gale.runPath('slow', dag_run_id), { state: 'failed' });
  await gale.finish('slow', dag_run_id);
});

test('users: add, change, deactivate, delete', async ({ page, gale }) => {
  await page.goto('/users');
  await page.getByRole('button', { name: 'Add a user' }).click();
  await dialog(page).getByLabel('User name').fill('kate');
  await dialog(page).getByLabel('Password').fill('short');
  await dialog(page).getByRole('button', { name: 'Save' }).click();
  await expect(dialog(page).getByText('At least 8 characters.')).toBeVisible();
  await dialog(page).getByRole('button', { name: 'Make a password' }).click();
  const password = await dialog(page).getByLabel('Password', { exact: false }).first().inputValue();
  await dialog(page).getByLabel('Role').selectOption('op');
  await expectAccessible(page);
  await screenshot(page, 'user-dialog');
  await dialog(page).getByRole('button', { name: 'Save' }).click();
  const row = page.getByRole('row', { name: /kate/ });
  await expect(row).toContainText('operator');
  const login = () =>
    fetch(`${gale.url}/auth/token`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ username: 'kate', password }),
    }).then(({ status }) => status);
  expect(await login()).toBe(201);
  await row.getByRole('switch').click();
  await expect(row.getByRole('switch')).not.toBeChecked();
  expect(await login()).toBe(401);
  await expectAccessible(page);
  await screenshot(page, 'users');
  await page.getByRole('button', { name: 'Delete kate' }).click();
  await dialog(page).getByRole('button', { name: 'Delete' }).click();
  await expect(row).toBeHidden();
});

test('the last administrator stays, and the page says why', async ({ page, gale }) => {
  await gale.call('DELETE', '/gale/users/page_admin').catch(() => undefined);
  await page.goto('/users?q=admin');
  await page.getByRole('switch', { name: 'admin may log in' }).click();
  await expect(page.getByRole('alert')).toContainText('last active admin');
  await expect(page.getByRole('switch', { name: 'admin may log in' })).toBeChecked();
});

test('a token is shown once, opens the API and ends', async ({ page, gale }) => {
  await page.goto('/tokens');
  await page.getByRole('button', { name: 'Add a token' }).click();
  await dialog(page).getByLabel('Name').fill('browser test');
  await dialog(page).getByRole('button', { name: 'Make the token' }).click();
  const token = (await dialog(page).locator('code').first().textContent()) ?? '';
  expect(token).toMatch(/^gale_\w{40}$/);
  await expectAccessible(page);
  const status = () =>
    fetch(`${gale.url}/api/v2/dags`, { headers: { Authorization: `Bearer ${token}` } }).then(({ status }) => status);
  expect(await status()).toBe(200);
  await dialog(page).getByRole('button', { name: 'Done' }).click();
  await expect(page.getByText(token)).toHaveCount(0);
  await page.getByLabel('Present password').fill(ADMIN.password);
  await page.getByLabel('New password', { exact: false }).first().fill('a new password');
  await page.getByLabel('New password again').fill('another password');
  await page.getByRole('button', { name: 'Change the password' }).click();
  await expect(page.getByText('The two are not the same.')).toBeVisible();
  await expectAccessible(page);
  await screenshot(page, 'tokens', { full: true });
  await page.getByRole('button', { name: 'Delete browser test' }).click();
  await dialog(page).getByRole('button', { name: 'Delete' }).click();
  await expect(page.getByText('No API tokens')).toBeVisible();
  expect(await status()).toBe(401);
});

test('configuration: hidden until it is exposed', async ({ page }) => {
  await page.goto('/configuration');
  await expect(page.getByText('[api] expose_config')).toBeVisible();
  await expectAccessible(page);
});

test('jobs show whether they live', async ({ page }) => {
  await page.goto('/jobs?job_type=SchedulerJob');
  const row = page.getByRole('row', { name: /Scheduler/ });
  await expect(row).toContainText('running');
  await expect(row).toContainText(/ago|now/);
  await expectAccessible(page);
  await screenshot(page, 'jobs');
});

test('the audit log says who did what, and leads there', async ({ page, gale }) => {
  await gale.call('POST', '/api/v2/variables', { key: 'audited', value: '1' });
  await page.goto('/events?event=post_variable');
  const row = page.getByRole('row', { name: /post_variable/ }).first();
  await expect(row).toContainText('admin');
  await row.getByRole('button', { name: 'Show the details' }).click();
  await expect(dialog(page)).toContainText('"key": "audited"');
  await expectAccessible(page);
  await screenshot(page, 'audit');
  await dialog(page).getByRole('link', { name: 'audited' }).click();
  await expect(page).toHaveURL(/\/variables\?q=audited/);
});
