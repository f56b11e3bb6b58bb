import { asPhone, expect, expectAccessible, expectNoSideScroll, screenshot, test, withSettings } from './fixture';

const node = (id: string) => `[data-node="${id}"]`;

test('the graph of a DAG shows the newest run’s states, groups folded and unfolded', async ({ page, gale }) => {
  await gale.run('grouped');
  await page.goto('/dags/grouped/graph');
  await expect(page.locator(node('news.load'))).toHaveAttribute('data-state', 'success');
  await expect(page.locator(node('news.clean.part_3'))).toBeVisible();
  await expectAccessible(page);
  await screenshot(page, 'graph');

  await page.locator(node('news')).click();
  await expect(page.locator(node('news'))).toHaveAttribute('aria-expanded', 'false');
  await expect(page.locator(node('news.load'))).toHaveCount(0);
  await expect(page).toHaveURL(/open=/);
  await page.reload();
  await expect(page.locator(node('news'))).toHaveAttribute('aria-expanded', 'false');
  await expect(page.locator(node('prices'))).toHaveAttribute('aria-expanded', 'true');
  await page.getByRole('button', { name: 'Fold all', exact: true }).click();
  await expect(page.locator(node('prices'))).toHaveAttribute('aria-expanded', 'false');
});

test('states follow the events without a reload', async ({ page, gale }) => {
  const until = `${gale.home}/graph-slow-done`;
  const dag_run_id = await gale.trigger('slow', { conf: { until } });
  await page.goto(`/dags/slow/runs/${encodeURIComponent(dag_run_id)}/graph`);
  await expect(page.locator(node('wait'))).toHaveAttribute('data-state', 'running');
  await gale.touch(until);
  await expect(page.locator(node('wait'))).toHaveAttribute('data-state', 'success');
  await expect(page.locator(node('after'))).toHaveAttribute('data-state', 'success');
});

test('labels of edges, a trigger rule, a way that was skipped', async ({ page, gale }) => {
  await gale.run('branching');
  await page.goto('/dags/branching/graph');
  await expect(page.locator(node('large'))).toHaveAttribute('data-state', 'skipped');
  await expect(page.locator('svg text', { hasText: 'under 100 rows' })).toBeVisible();
  await expect(page.locator(node('join'))).toContainText('none_failed_min_one_success');
  await screenshot(page, 'graph-branching');
});

test('a selected task shows what it depends on, and leads to its log', async ({ page, gale }) => {
  await gale.run('chain');
  await page.goto('/dags/chain/graph');
  await page.locator(node('step_3')).click();
  await expect(page).toHaveURL(/task=step_3/);
  const details = page.getByRole('complementary', { name: 'Details of task step_3' });
  await expect(details).toContainText('BashOperator');
  await expect(page.locator(node('step_1'))).toHaveAccessibleName(/upstream of the selected task/);
  await expect(page.locator(node('step_5'))).toHaveAccessibleName(/downstream of the selected task/);
  await expectAccessible(page);
  await screenshot(page, 'graph-selected');
  await details.getByRole('button', { name: 'step_4' }).click();
  await expect(page).toHaveURL(/task=step_4/);
  await page.getByRole('link', { name: 'Open the log' }).click();
  await expect(page).toHaveURL(/\/dags\/chain\/runs\/[^/]+\/tasks\/step_4/);
});

test('the keyboard walks along the edges and opens a task', async ({ page, gale }) => {
  await gale.run('chain');
  await page.goto('/dags/chain/graph');
  await page.locator(node('step_1')).focus();
  await page.keyboard.press('ArrowRight');
  await expect(page.locator(node('step_2'))).toBeFocused();
  await page.keyboard.press('End');
  await expect(page.locator(node('step_5'))).toBeFocused();
  await page.keyboard.press('ArrowLeft');
  await expect(page.locator(node('step_4'))).toBeFocused();
  await page.keyboard.press('Space');
  await expect(page.getByRole('complementary')).toContainText('step_4');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/tasks\/step_4/);
});

test('tasks are found by name and by state, also in folded groups', async ({ page, gale }) => {
  await gale.run('wide');
  await page.goto('/dags/wide/graph');
  await expect(page.locator(node('group_7'))).toHaveAttribute('aria-expanded', 'false');
  await page.getByRole('searchbox', { name: 'Find a task' }).fill('group_7.task_13');
  await expect(page.getByText('1 task found')).toBeVisible();
  await page.getByRole('button', { name: 'Next' }).click();
  await expect(page.locator(node('group_7.task_13'))).toHaveAttribute('aria-pressed', 'true');
  await page.getByRole('searchbox', { name: 'Find a task' }).fill('');
  await expect(page).not.toHaveURL(/q=/);
  await page
    .getByRole('group', { name: 'Tasks by state' })
    .getByRole('button', { name: /Success/ })
    .click();
  await expect(page).toHaveURL(/state=success/);
  await expect(page.getByText('201 tasks found')).toBeVisible();
  await screenshot(page, 'graph-wide');
});

test('the same as a list', async ({ page, gale }) => {
  await gale.run('branching');
  await page.goto('/dags/branching/graph');
  await page.getByRole('radio', { name: 'List' }).check();
  const row = page.getByRole('row', { name: /^join/ });
  await expect(row).toContainText(/small, large|large, small/);
  await expect(row).toContainText('none_failed_min_one_success');
  await expectAccessible(page);
  await screenshot(page, 'graph-list');
});

test('dark, and on a phone', async ({ page, gale }) => {
  await gale.run('grouped');
  await withSettings(page, { theme: 'dark', language: 'ru' });
  await page.goto('/dags/grouped/graph?task=news.store');
  await expect(page.locator(node('news.store'))).toBeVisible();
  await expectAccessible(page);
  await screenshot(page, 'graph-dark');
  await asPhone(page);
  await page.goto('/dags/grouped/graph');
  await expect(page.locator(node('start'))).toBeVisible();
  await expectNoSideScroll(page);
  await screenshot(page, 'graph-phone', { full: true });
});

test('a DAG that is not there', async ({ page, problems }) => {
  await page.goto('/dags/no_such_dag/graph');
  await expect(page.getByRole('alert')).toBeVisible();
  problems.length = 0;
});
