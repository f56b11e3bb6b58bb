import {
  asPhone,
  expect,
  expectAccessible,
  expectNoSideScroll,
  screenshot,
  test,
  waitFor,
  withSettings,
  type Gale,
  type Page,
} from './fixture';
import { join } from 'node:path';
import { open, rm, writeFile } from 'node:fs/promises';

/** One run for all: its `streams` runs until the file is there. */
let run: { id: string; until: string } | undefined;
async function theRun(gale: Gale): Promise<{ id: string; until: string }> {
  if (run) return run;
  const until = join(gale.home, 'until');
  const id = await gale.trigger('logs', { dag_run_id: 'r1', conf: { until } });
  for (const [task_id, state] of [
    ['talks', 'success'],
    ['gives', 'success'],
    ['templated', 'success'],
    ['breaks', 'failed'],
    ['million', 'success'],
  ] as const)
    await gale.waitForTask('logs', id, task_id, state);
  run = { id, until };
  return run;
}
const taskUrl = (id: string, task_id: string, rest = '') => `/dags/logs/runs/${id}/tasks/${task_id}${rest}`;
const line = (page: Page, number: number) => page.locator(`[data-line="${number}"]`);
const lines = (page: Page) => page.getByRole('group', { name: 'Log lines' });

test('a log shows colours, links, groups and tracebacks, and runs nothing of it', async ({ page, gale }) => {
  const { id } = await theRun(gale);
  await page.goto(taskUrl(id, 'talks'));
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('talks');
  const log = lines(page);
  await expect(log.getByText('green', { exact: true })).toBeVisible();
  await expect(log.getByRole('link', { name: 'https://example.com/orders?id=1' })).toHaveAttribute('rel', /noopener/);
  await expect(log.getByText("<script>alert('x')</script>", { exact: false })).toBeVisible();
  const group = log.getByRole('button', { name: /Loading 30 files/ });
  await expect(group).toHaveAttribute('aria-expanded', 'false');
  await expect(log.getByText('loaded file 7')).toHaveCount(0);
  await group.click();
  await expect(log.getByText('loaded file 7')).toBeVisible();
  await expect(log.getByText("KeyError: 'price'")).toBeVisible();
  await page.keyboard.press('e');
  await expect(log.getByText('an order was left out')).toBeInViewport();
  await expectAccessible(page);
  await screenshot(page, 'log');
});

test('the log is searched, filtered by level and linked to by line', async ({ page, gale, context }) => {
  const { id } = await theRun(gale);
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.goto(taskUrl(id, 'talks', '?q=LOADED%20file'));
  await expect(
    page
      .getByText('0 of 30', { exact: false })
      .or(page.getByText('30', { exact: false }))
      .first(),
  ).toBeVisible();
  await expect(lines(page).getByRole('listitem').first()).toBeVisible();
  await page.keyboard.press('n');
  await expect(page.getByText('1 of 30')).toBeVisible();
  await expect(lines(page).getByText('loaded file 0')).toBeVisible(); // its group is unfolded
  await page.keyboard.press('Shift+N');
  await expect(page.getByText('30 of 30')).toBeVisible();
  await page.getByRole('button', { name: 'Only matching lines' }).click();
  await expect(page).toHaveURL(/only=true/);
  // As many as there is room for, and no others; the last is a key away.
  await expect.poll(() => lines(page).getByRole('listitem').count()).toBeGreaterThan(10);
  expect(await lines(page).getByRole('listitem').filter({ hasNotText: 'loaded file' }).count()).toBe(0);
  await page.keyboard.press('End');
  await expect(lines(page).getByText('loaded file 29')).toBeVisible();
  await page.goto(taskUrl(id, 'talks', '?level=warning'));
  await expect(lines(page).getByRole('listitem')).toHaveCount(1);
  await expect(lines(page).getByText('two orders have no price')).toBeVisible();
  await page.getByRole('link', { name: /^Link to line/ }).click();
  await expect(page).toHaveURL(/#L\d+$/);
  await page.goto(taskUrl(id, 'talks', '?q=nothing%20has%20this&only=true'));
  await expect(page.getByText('No line matches')).toBeVisible();
  await page.getByRole('button', { name: 'Show all lines' }).click();
  await expect(lines(page)).toBeVisible();
});

test('a log of a million lines scrolls, jumps and is searched', async ({ page, gale }) => {
  const { id } = await theRun(gale);
  await page.goto(taskUrl(id, 'million'));
  await expect(page.getByText(/1,000,00\d lines/)).toBeVisible();
  await expect(lines(page).getByText('line 1 of the long log', { exact: true })).toBeVisible();
  expect(await page.getByRole('listitem').count()).toBeLessThan(300);
  await page.keyboard.press('End');
  await expect(lines(page).getByText('the very last line')).toBeVisible();
  await screenshot(page, 'log-million-end');
  // The bar, by share: half way down is about line 500,000.
  await lines(page).evaluate((node) => (node.scrollTop = (node.scrollHeight - node.clientHeight) / 2));
  await expect(
    lines(page)
      .getByText(/^line (499|500|501)\d{3} of the long log$/)
      .first(),
  ).toBeVisible();
  // The wheel, by pixels: the next lines come, and the same ones when it is turned back.
  const first = await topLine(page);
  await lines(page).hover();
  await page.mouse.wheel(0, 180);
  await expect.poll(() => topLine(page)).toBe(first + 10);
  await page.mouse.wheel(0, -180);
  await expect.poll(() => topLine(page)).toBe(first);
  await page.keyboard.press('f');
  await page.keyboard.type('LINE 777777 of');
  await expect(page.getByText('0 of 1', { exact: true })).toBeVisible();
  await page.keyboard.press('Escape');
  await page.goto(taskUrl(id, 'million', '?q=line%20777777%20of'));
  await page.getByRole('button', { name: 'Next match' }).click();
  await expect(lines(page).getByText('line 777777 of the long log')).toBeInViewport();
  await page.goto(taskUrl(id, 'million', '#L999000'));
  await expect(line(page, 999_000)).toBeInViewport();
  await expect(line(page, 999_000)).toHaveAttribute('aria-current', 'true');
});

/** The number of the first line that is seen. */
const topLine = (page: Page) =>
  lines(page).evaluate((node) => {
    const top = node.getBoundingClientRect().top;
    const seen = [...node.querySelectorAll('[data-line]')].find(
      (each) => each.getBoundingClientRect().bottom > top + 1,
    );
    return Number(seen?.getAttribute('data-line'));
  });

/** Lines of a kilobyte, written as the worker writes them; how many. */
async function writeHugeLog(path: string, bytes: number): Promise<number> {
  const text = (event: string) =>
    `${JSON.stringify({ timestamp: '2026-01-01T00:00:00Z', level: 'info', event: event.padEnd(950, '.') })}\n`;
  const block = Buffer.from(Array.from({ length: 8000 }, (_, n) => text(`row ${String(n)} of a block`)).join(''));
  const file = await open(path, 'w');
  let lines = 1;
  for (let written = 0; written < bytes; written += block.length) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other into one file
    await file.write(block);
    lines += 8000;
  }
  await file.write(text('the end of two gigabytes'));
  await file.close();
  return lines;
}

test('a log of 2 GB opens at once, and its end is a key away', async ({ page, gale }) => {
  test.setTimeout(180_000);
  const { id } = await theRun(gale);
  const path = join(gale.home, `logs/dag_id=logs/run_id=${id}/task_id=templated/attempt=1.log`);
  const count = await writeHugeLog(path, 2 ** 31);
  await page.goto(taskUrl(id, 'templated'));
  // What one sees does not wait until all is counted.
  await expect(
    lines(page)
      .getByText(/^row 0 of a block/)
      .first(),
  ).toBeVisible();
  await expect(page.getByText(`${count.toLocaleString('en')} lines`)).toBeVisible({ timeout: 120_000 });
  await lines(page).focus();
  await page.keyboard.press('End');
  await expect(lines(page).getByText(/^the end of two gigabytes/)).toBeInViewport();
  await lines(page).evaluate((node) => (node.scrollTop = (node.scrollHeight - node.clientHeight) / 2));
  await expect(line(page, Math.floor(count / 2))).toBeInViewport();
  expect(await page.getByRole('listitem').count()).toBeLessThan(300);
  await screenshot(page, 'log-2-gigabytes');
  await rm(path);
});

test('a running task is followed until one scrolls up, and its end comes by itself', async ({ page, gale }) => {
  const { id, until } = await theRun(gale);
  await page.goto(taskUrl(id, 'streams'));
  await expect(page.getByText('Following')).toBeVisible();
  const last = () =>
    lines(page)
      .getByText(/^tick \d+$/)
      .last()
      .textContent();
  const seen = await last();
  await expect.poll(last).not.toBe(seen);
  await lines(page).hover();
  await expect
    .poll(async () => lines(page).evaluate((node) => node.scrollHeight - node.clientHeight))
    .toBeGreaterThan(600);
  await page.mouse.wheel(0, -400);
  const more = page.getByRole('button', { name: /new lines?$/ });
  await expect(more).toBeVisible();
  await screenshot(page, 'log-live');
  const still = await topLine(page);
  const told = await more.textContent();
  await expect.poll(() => more.textContent()).not.toBe(told);
  expect(await topLine(page)).toBe(still);
  await more.click();
  await expect(page.getByText('Following')).toBeVisible();
  await writeFile(until, '');
  await expect(lines(page).getByText('gone', { exact: true })).toBeVisible();
  await expect(page.getByText('Following')).toHaveCount(0);
  await expect(page.locator('[data-state=success]').first()).toBeVisible();
});

test('a failure is explained: why, the first error, each try', async ({ page, gale }) => {
  const { id } = await theRun(gale);
  await page.goto(taskUrl(id, 'breaks'));
  await expect(page.getByText('2 of 2', { exact: true })).toBeVisible();
  await expect(page.getByText('RuntimeError: the number of orders cannot be read').first()).toBeVisible();
  await expectAccessible(page);
  await screenshot(page, 'task-failed');
  await page.getByRole('link', { name: /^Try 1/ }).click();
  await expect(page).toHaveURL(/try_number=1/);
  await expect(lines(page).getByText('opening the shop')).toBeVisible();
  await page.getByRole('link', { name: 'Tries', exact: true }).click();
  await expect(page.getByRole('row')).toHaveCount(3);
  await expectAccessible(page);
  await screenshot(page, 'task-tries');
  await page.goto(taskUrl(id, 'after_the_break', '/dependencies'));
  await expect(page.getByRole('link', { name: 'breaks' })).toBeVisible();
  await expectAccessible(page);
  await screenshot(page, 'task-dependencies');
});

test('XComs are a table, a tree and a picture', async ({ page, gale }) => {
  const { id } = await theRun(gale);
  await page.goto(taskUrl(id, 'talks', '/xcom'));
  await expect(page.getByRole('columnheader', { name: 'price' })).toBeVisible();
  await expect(page.getByRole('cell', { name: '16.5' })).toBeVisible();
  await expectAccessible(page);
  await screenshot(page, 'task-xcom-table');
  await page.goto(taskUrl(id, 'gives', '/xcom'));
  await expect(page.getByRole('img', { name: 'Picture in picture' })).toBeVisible();
  await expect(page.getByText('"Orders"')).toBeVisible();
  await expect(page.getByText("<script>alert('xcom')</script>")).toBeVisible();
  await expectAccessible(page);
  await screenshot(page, 'task-xcom');
});

test('rendered templates, details and events', async ({ page, gale }) => {
  const { id } = await theRun(gale);
  await page.goto(taskUrl(id, 'templated', '/rendered_templates'));
  await expect(page.getByText(`run ${id} $n`, { exact: false })).toBeVisible();
  await expectAccessible(page);
  await screenshot(page, 'task-rendered');
  await page.goto(taskUrl(id, 'templated', '/details'));
  await expect(page.getByText('priority_weight')).toBeVisible();
  await expectAccessible(page);
  await page.goto(taskUrl(id, 'templated', '/events'));
  await expect(page.getByText('No events')).toBeVisible();
});

test('what is not there is told', async ({ page, gale }) => {
  const { id } = await theRun(gale);
  await page.goto(taskUrl(id, 'nope'));
  await expect(page.getByRole('alert')).toContainText("has no task instance 'nope'");
  await page.goto(taskUrl(id, 'talks', '?try_number=9'));
  await expect(page.getByText(/has no try 9/)).toBeVisible();
  await page.goto(taskUrl(id, 'after_the_break'));
  await expect(page.getByText(/never started/)).toBeVisible();
  await page.goto('/dags/deleted/runs/r/tasks/t');
  await expect(page.getByRole('alert')).toBeVisible();
  const path = join(gale.home, `logs/dag_id=logs/run_id=${id}/task_id=gives/attempt=1.log`);
  await rm(path);
  await page.goto(taskUrl(id, 'gives'));
  await expect(page.getByText(path, { exact: false })).toBeVisible();
  await screenshot(page, 'log-removed');
  const slow = await gale.trigger('pooled', { dag_run_id: 'waits' });
  await waitFor('its task', async () => 'first' in (await gale.taskStates('pooled', slow)));
  await page.goto(`/dags/pooled/runs/${slow}/tasks/first`);
  await expect(page.getByText('No log yet')).toBeVisible();
  await screenshot(page, 'log-waits');
});

for (const theme of ['light', 'dark'] as const)
  test(`looks in ${theme}, on a phone, in Russian`, async ({ page, gale }) => {
    const { id } = await theRun(gale);
    await withSettings(page, { theme });
    await page.goto(taskUrl(id, 'talks'));
    await expect(lines(page).getByText('green', { exact: true })).toBeVisible();
    await expectAccessible(page);
    await screenshot(page, `log-${theme}`);
    await withSettings(page, { theme, language: 'ru' });
    await asPhone(page);
    await page.goto(taskUrl(id, 'talks'));
    await expect(page.getByText('green', { exact: true })).toBeVisible();
    await expectAccessible(page);
    await expectNoSideScroll(page);
    await screenshot(page, `log-phone-${theme}`);
  });
