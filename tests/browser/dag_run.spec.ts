// A run's page: its tasks live, why they wait, note, conf, results, events, details.
import {
  asPhone,
  expect,
  expectAccessible,
  expectNoSideScroll,
  screenshot,
  test,
  withSettings,
  type Gale,
  type Page,
} from './fixture';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const RESULTS = String.raw`
import os
from airflow.sdk import DAG, task
OUT = os.environ["AIRFLOW_HOME"] + "/results"
with DAG("reporting", schedule=None):
    @task
    def report():
        os.makedirs(OUT, exist_ok=True)
        def write(name, text):
            with open(os.path.join(OUT, name), "w") as file:
                file.write(text)
            return os.path.join(OUT, name)
        evil = "<script>document.title='hacked';parent.document.title='hacked'</script><p onclick='x'>hello report</p>"
        return {
            "page": write("page.html", "<!doctype html><meta charset=utf-8>" + evil),
            "table": write("table.csv", "name,size\n" + "".join(f"row {n},{n * 7 % 1000}\n" for n in range(3000))),
            "words": write("words.md", "# Heading\n\n<script>alert(1)</script> **bold**"),
            "picture": write("dot.svg", "<svg xmlns='http://www.w3.org/2000/svg' width='40' height='40'><circle r='20' cx='20' cy='20'/></svg>"),
            "rows": [{"name": "ann", "n": 1}, {"name": "bob", "n": 2}],
            "gone": OUT + "/gone.html",
        }
    report()
`;

const path = (dag_id: string, run_id: string, tab = '') => `/dags/${dag_id}/runs/${encodeURIComponent(run_id)}${tab}`;
const row = (page: Page, name: string) => page.getByRole('row').filter({ hasText: name });

async function reporting(gale: Gale) {
  await gale.writeDag('reporting.py', RESULTS);
  return gale.run('reporting');
}

test('tasks turn green before one’s eyes', async ({ page, gale }) => {
  const until = join(gale.home, 'until-run-page');
  const run_id = await gale.trigger('slow', { conf: { until } });
  await page.goto(path('slow', run_id));
  await expect(
    page
      .getByRole('row')
      .filter({ has: page.getByText('wait', { exact: true }) })
      .getByText('Running', { exact: true }),
  ).toBeVisible();
  await expect(page.getByText('0 of 2 finished')).toBeVisible();
  await expect(row(page, 'after')).toContainText(/wait/i); // the reason
  await screenshot(page, 'run-running-light');
  await writeFile(until, '');
  await expect(row(page, 'after').getByText('Success')).toBeVisible();
  await expect(page.getByText('2 of 2 finished')).toBeVisible();
  await page.getByRole('link', { name: 'Log of wait', exact: true }).click();
  await expect(page).toHaveURL(/\/tasks\/wait$/);
});

test('filters live in the address', async ({ page, gale }) => {
  const run_id = await gale.run('failing');
  await page.goto(path('failing', run_id));
  await page.getByRole('button', { name: /Upstream failed/ }).click();
  await expect(page).toHaveURL(/state=upstream_failed/);
  await expect(page.getByRole('row')).toHaveCount(2);
  await page.reload();
  await expect(row(page, 'never')).toBeVisible();
  await page.getByLabel('State', { exact: true }).selectOption('Deferred');
  await page.getByRole('button', { name: 'Show all' }).click();
  await expect(page.getByRole('row')).toHaveCount(4);
});

test('the note is written, and its script stays text', async ({ page, gale }) => {
  const run_id = await gale.run('chain', { conf: { a: { b: 1 } } });
  await page.goto(path('chain', run_id));
  await page.getByRole('button', { name: 'Add a note' }).click();
  await page.getByRole('dialog').getByRole('textbox').fill('Seen **twice** <script>alert(1)</script>');
  await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('region', { name: 'Note' }).locator('strong')).toHaveText('twice');
  await expect(page.locator('main script')).toHaveCount(0);
  const run = await gale.call<{ note: string }>('GET', gale.runPath('chain', run_id));
  expect(run.note).toContain('Seen **twice**');
  await page.getByText('Conf (1 value)').click();
  await expect(page.getByText('1 member')).toBeVisible();
});

test('a run is triggered again with its conf, cleared and deleted', async ({ page, gale }) => {
  const run_id = await gale.run('chain', { conf: { kept: 'yes' } });
  await page.goto(path('chain', run_id));
  await page.getByRole('button', { name: 'Trigger again' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByLabel('Conf as JSON')).toHaveValue(/"kept": "yes"/);
  await dialog.getByRole('button', { name: 'Trigger', exact: true }).click();
  await expect(page).not.toHaveURL(new RegExp(encodeURIComponent(run_id)));
  const next = decodeURIComponent(new URL(page.url()).pathname.split('/').pop() ?? '');
  const { conf } = await gale.call<{ conf: object }>('GET', gale.runPath('chain', next));
  expect(conf).toEqual({ kept: 'yes' });
  await gale.finish('chain', next);
  await page.getByRole('button', { name: 'More actions' }).click();
  await page.getByRole('menuitem', { name: /Delete/ }).click();
  await page
    .getByRole('dialog')
    .getByRole('button', { name: /Delete/ })
    .click();
  await expect(page).toHaveURL(/\/dags\/chain$/);
  await expect(gale.call('GET', gale.runPath('chain', next))).rejects.toThrow('404');
});

test('results are looked at, and nothing in them runs', async ({ page, gale, problems }) => {
  const run_id = await reporting(gale);
  await page.goto(path('reporting', run_id, '/results'));
  // The page comes first: one came for it.
  const frame = page.frameLocator('iframe[title="page.html"]');
  await expect(frame.getByText('hello report')).toBeVisible();
  await expect(page.locator('iframe')).toHaveAttribute('sandbox', 'allow-popups allow-popups-to-escape-sandbox');
  expect(await page.title()).not.toContain('hacked');
  await screenshot(page, 'run-results-html-light');
  const list = page.getByRole('navigation', { name: 'Results' });
  await list.getByRole('button', { name: /table.csv/ }).click();
  await expect(page).toHaveURL(/result=/);
  await expect(page.getByText('3,000 rows')).toBeVisible();
  await page.getByRole('button', { name: 'size', exact: true }).click();
  await expect(page.getByRole('row').nth(1)).toContainText('row 0');
  await page.getByRole('button', { name: 'size', exact: true }).click();
  await expect(page.getByRole('row').nth(1)).toContainText('999');
  expect(await page.getByRole('row').count()).toBeLessThan(200);
  await screenshot(page, 'run-results-csv-light');
  await list.getByRole('button', { name: /words.md/ }).click();
  await expect(page.getByRole('article').getByRole('heading', { name: 'Heading' })).toBeVisible();
  await list.getByRole('button', { name: /dot.svg/ }).click();
  await expect
    .poll(() => page.locator('article img').evaluate((image: HTMLImageElement) => image.naturalWidth))
    .toBe(40);
  await list.getByRole('button', { name: /return_value.json/ }).click();
  await page.getByRole('article').getByRole('radio', { name: 'Text' }).check();
  await expect(page.getByRole('article')).toContainText('ann');
  await list.getByRole('button', { name: /gone.html/ }).click();
  await expect(page.getByRole('article')).toContainText('there is no file');
  await page.reload();
  await expect(page.getByRole('article')).toContainText('there is no file');
  // The browser says that it ran nothing of the report's.
  expect(problems.length).toBeGreaterThan(0);
  expect(problems.filter((text) => !text.startsWith('Blocked script execution'))).toEqual([]);
  problems.length = 0;
});

test('events and details tell who and when', async ({ page, gale }) => {
  const run_id = await gale.run('chain', { note: 'x' });
  await page.goto(path('chain', run_id, '/events'));
  await expect(page.getByRole('row').filter({ hasText: 'admin' }).first()).toBeVisible();
  await page.goto(path('chain', run_id, '/details'));
  await expect(page.getByText(run_id).last()).toBeVisible();
  await expect(page.getByRole('main')).toContainText('admin');
});

for (const theme of ['light', 'dark'] as const) {
  test(`is accessible and fits a phone, ${theme}`, async ({ page, gale, problems }) => {
    await withSettings(page, { theme });
    const run_id = await gale.run('failing');
    await page.goto(path('failing', run_id));
    await expect(row(page, 'bad')).toBeVisible();
    await expectAccessible(page);
    await screenshot(page, `run-failed-${theme}`);
    await asPhone(page);
    await expectNoSideScroll(page);
    await screenshot(page, `run-failed-phone-${theme}`);
    const reported = await reporting(gale);
    await page.goto(path('reporting', reported, '/results'));
    await expect(page.locator('iframe')).toBeVisible();
    await expectAccessible(page);
    await expectNoSideScroll(page);
    await screenshot(page, `run-results-phone-${theme}`);
    problems.length = 0; // the settings above cannot be put into the sandboxed frame
  });
}
