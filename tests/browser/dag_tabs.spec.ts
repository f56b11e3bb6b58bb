import {
  asPhone,
  expect,
  expectAccessible,
  expectNoSideScroll,
  screenshot,
  test,
  waitFor,
  withSettings,
} from './fixture';

const runPath = (dag_id: string, dag_run_id: string) => `/dags/${dag_id}/runs/${encodeURIComponent(dag_run_id)}`;

test('runs are filtered in the address, sorted, and lead to themselves', async ({ page, gale }) => {
  await gale.run('failing', { dag_run_id: 'tabs_failed', note: 'why it failed' });
  await gale.run('failing', { dag_run_id: 'tabs_other', conf: { topic: 'oil' } });
  await page.goto('/dags/failing/runs');
  const rows = page.getByRole('table', { name: 'Runs' }).getByRole('row');
  await expect(rows.filter({ hasText: 'tabs_failed' })).toContainText('why it failed');
  await expectAccessible(page);
  await screenshot(page, 'dag-runs');
  await page.getByRole('searchbox', { name: /Part of a run/ }).fill('OTHER');
  await expect(rows.filter({ hasText: 'tabs_failed' })).toHaveCount(0);
  await expect(rows.filter({ hasText: 'tabs_other' })).toHaveCount(1);
  await expect(page).toHaveURL(/q=OTHER/);
  await page.goto('/dags/failing/runs?conf=OIL');
  await expect(rows.filter({ hasText: 'tabs_other' })).toHaveCount(1);
  await expect(rows.filter({ hasText: 'tabs_failed' })).toHaveCount(0);
  await page.goto('/dags/failing/runs?state=queued');
  await expect(page.getByText('No run fits the filters')).toBeVisible();
  await page.getByRole('button', { name: 'Clear filters' }).last().click();
  await page.getByRole('link', { name: 'tabs_failed' }).click();
  await expect(page).toHaveURL(new RegExp(`${runPath('failing', 'tabs_failed')}$`));
});

test('many runs are marked at once, after a look at what that touches', async ({ page, gale }) => {
  const until = `${gale.home}/never`;
  const ids = ['bulk_1', 'bulk_2'];
  for (const dag_run_id of ids) await gale.trigger('slow', { dag_run_id, conf: { until } });
  for (const dag_run_id of ids) await gale.waitForTask('slow', dag_run_id, 'wait', 'running');
  await page.goto('/dags/slow/runs?q=bulk_');
  for (const dag_run_id of ids) await page.getByRole('checkbox', { name: dag_run_id }).check();
  await page.getByRole('group', { name: 'For the selected runs' }).getByRole('button', { name: 'Mark failed' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByText('2 task instances')).toHaveCount(2);
  await expectAccessible(page);
  await screenshot(page, 'dag-runs-bulk');
  await dialog.getByRole('button', { name: 'Mark 2 runs' }).click();
  await expect(dialog.getByText('All done')).toBeVisible();
  await dialog.getByRole('button', { name: 'Close' }).last().click();
  for (const dag_run_id of ids) expect(await gale.finish('slow', dag_run_id)).toBe('failed');
});

test('a run is cleared, noted and deleted from its row; each says first what it touches', async ({ page, gale }) => {
  const dag_run_id = await gale.run('chain', { dag_run_id: 'row_actions' });
  await page.goto('/dags/chain/runs?q=row_actions');
  const menu = page.getByRole('button', { name: 'More for row_actions' });
  const dialog = page.getByRole('dialog');
  await menu.click();
  await page.getByRole('menuitem', { name: 'Edit note' }).click();
  await dialog.getByRole('textbox').fill('looked at');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('row').filter({ hasText: 'looked at' })).toBeVisible();

  await menu.click();
  await page.getByRole('menuitem', { name: 'Clear' }).click();
  await expect(dialog.getByText('5 task instances will be cleared')).toBeVisible();
  await dialog.getByRole('radio', { name: 'Only failed' }).check();
  await expect(dialog.getByText('none of these has failed')).toBeVisible();
  await expect(dialog.getByRole('button', { name: /^Clear \d/ })).toBeDisabled();
  await dialog.getByRole('radio', { name: 'All', exact: true }).check();
  await expectAccessible(page);
  await screenshot(page, 'action-clear');
  await dialog.getByRole('button', { name: 'Clear 5 task instances' }).click();
  await expect(dialog).toHaveCount(0);
  await gale.finish('chain', dag_run_id);

  await menu.click();
  await page.getByRole('menuitem', { name: 'Delete run' }).click();
  await dialog.getByRole('button', { name: 'Delete run' }).click();
  await expect(page.getByText('No run fits the filters')).toBeVisible();
  await waitFor('the end of the run', async () =>
    gale.call('GET', gale.runPath('chain', dag_run_id)).then(
      () => false,
      () => true,
    ),
  );
});

test('tasks show how they went, and lead to their last instance', async ({ page, gale }) => {
  await gale.run('failing');
  await page.goto('/dags/failing/tasks');
  const row = page.getByRole('row').filter({ hasText: 'bad' });
  await expect(row).toContainText('BashOperator');
  await expect(row.getByRole('link', { name: /^Failed in/ }).first()).toBeVisible();
  await expectAccessible(page);
  await screenshot(page, 'dag-tasks');
  await page.goto('/dags/failing/tasks?operator=EmptyOperator&q=goo');
  await expect(page.getByRole('row')).toHaveCount(2);
});

test('details render docs safely and name every setting', async ({ page, gale }) => {
  await gale.waitForDag('chain');
  await page.goto('/dags/chain/details');
  await expect(page.getByRole('heading', { name: 'Chain', exact: true })).toBeVisible();
  await expect(page.getByText('Active runs at most')).toBeVisible();
  await expectAccessible(page);
  await screenshot(page, 'dag-details', { full: true });
  await page.goto('/dags/every_param/details');
  await expect(page.getByRole('row').filter({ hasText: 'ratio' })).toContainText('0.5');
});

test('the audit log tells who did what, filtered', async ({ page, gale }) => {
  await gale.run('chain', { dag_run_id: 'audited' });
  await page.goto('/dags/chain/events?event=trigger&run=audited');
  const row = page.getByRole('row').filter({ hasText: 'trigger_dag_run' });
  await expect(row).toContainText('admin');
  await expect(row.getByRole('link', { name: 'audited' })).toBeVisible();
  await expectAccessible(page);
  await screenshot(page, 'dag-audit');
  await page.getByRole('searchbox', { name: 'Who' }).fill('nobody');
  await expect(page.getByText('No event fits the filters')).toBeVisible();
  await expect(page).toHaveURL(/owner=nobody/);
});

for (const tab of ['runs', 'tasks', 'details', 'events']) {
  test(`${tab}: dark, Russian, on a phone`, async ({ page, gale }) => {
    await gale.run('chain');
    await withSettings(page, { theme: 'dark', language: 'ru' });
    await asPhone(page);
    await page.goto(`/dags/chain/${tab}`);
    await expectAccessible(page);
    await expectNoSideScroll(page);
    await screenshot(page, `dag-${tab}-phone-dark`);
  });
}
