// The tutorial's path: log in, find financial_news, trigger it, watch three tasks turn green, open a log, see the report.
// Without a Docker engine: the variant whose programs run here.
import { ADMIN, expect, expectAccessible, screenshot, test, waitFor } from './fixture';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const ROOT = resolve(import.meta.dirname, '../..');
const PIPELINE = join(ROOT, 'pipelines/financial_news');
const BIN = join(resolve(process.env.GALE_BUILD ?? join(ROOT, 'build/release')), 'bin');
const DAG = 'financial_news_local';

test('from the log-in to the report', async ({ browser, startGale }) => {
  test.setTimeout(180_000);
  const folder = await mkdtemp(join(tmpdir(), 'gale-news-'));
  const feed = spawn('python3', [join(PIPELINE, 'sample/serve_sample.py'), '--host', '127.0.0.1', '--port', '0']);
  try {
    const [address] = (await once(feed.stdout, 'data')) as [Buffer];
    const dags = join(folder, 'dags');
    const data = join(folder, 'data');
    await mkdir(dags);
    await mkdir(data);
    for (const name of ['news_classifier_local.py', 'utils.py', 'report_page.py'])
      await cp(join(PIPELINE, 'dags', name), join(dags, name));
    const gale = await startGale({
      dags,
      env: {
        FINANCIAL_NEWS_DATA: data,
        GALE_FINANCIAL_NEWS_BIN: BIN,
        GALE_RESULT_FOLDERS: data,
        NEWS_FEED_URL: address.toString().trim(),
        // The run is ours, not the day's.
        AIRFLOW__CORE__DAGS_ARE_PAUSED_AT_CREATION: 'True',
      },
    });
    await gale.waitForDag(DAG);
    const page = await (await browser.newContext({ baseURL: gale.url })).newPage();
    await page.goto('/');
    await page.getByLabel('User name').fill(ADMIN.username);
    await page.getByLabel('Password').fill(ADMIN.password);
    await page.getByRole('button', { name: 'Log in' }).click();
    await page.getByRole('link', { name: 'DAGs', exact: true }).click();
    await page.getByRole('searchbox').fill('financial');
    await page.getByRole('button', { name: `Trigger ${DAG}`, exact: true }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Trigger', exact: true }).click();
    await expect(page).toHaveURL(/\/runs\//);
    for (const task of ['news_load', 'news_label', 'news_by_topic']) {
      const row = page.getByRole('row').filter({ hasText: task });
      await expect(row.getByText('Success')).toBeVisible({ timeout: 120_000 });
    }
    await expect(page.getByText('3 of 3 finished')).toBeVisible();
    await screenshot(page, 'financial-news-run');
    const run_page = page.url();
    await page.getByRole('link', { name: 'Log of news_by_topic' }).click();
    await expect(page.getByText(/younger than a day/)).toBeVisible();
    await page.goto(run_page);
    await page.getByRole('link', { name: 'Results' }).click();
    const report = page.frameLocator('iframe');
    await expect(report.getByRole('heading', { name: 'Financial news by topic' })).toBeVisible();
    await expect(report.getByText('How many of each topic')).toBeVisible();
    await screenshot(page, 'financial-news-report');
    await expectAccessible(page);
    await page.getByRole('button', { name: /^result__/ }).click();
    await expect(page.getByRole('article').locator('summary').first()).toContainText(/entr/);
    await screenshot(page, 'financial-news-by-topic');
    await waitFor('the run to be over', async () => {
      const { dag_runs } = await gale.call<{ dag_runs: { state: string }[] }>('GET', `/api/v2/dags/${DAG}/dagRuns`);
      return dag_runs.every((run) => run.state === 'success');
    });
  } finally {
    feed.kill();
    await rm(folder, { recursive: true, force: true });
  }
});
