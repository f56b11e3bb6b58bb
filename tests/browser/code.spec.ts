import type { Gale } from './fixture';
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

const source = (retries: number, more = '') => `"""A DAG in two versions: <script>alert(1)</script>."""
from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG

# 1
# 2
# 3
# 4
# 5
# 6
# 7
# 8
with DAG("versioned", description="Two versions"):
    load = BashOperator(task_id="load", bash_command="echo load", retries=${retries})
${more}
`;

/** Two versions: the second has other retries and one task more. A version is kept once a run has been made of it. */
async function twoVersions(gale: Gale): Promise<void> {
  const versions = () =>
    gale
      .call<{ total_entries: number }>('GET', '/api/v2/dags/versioned/dagVersions')
      .catch(() => ({ total_entries: 0 }));
  if ((await versions()).total_entries >= 2) return;
  await gale.writeDag('versioned.py', source(1));
  await gale.run('versioned');
  await gale.writeDag(
    'versioned.py',
    source(5, '    load >> BashOperator(task_id="store", bash_command="echo store")'),
  );
  await waitFor('the second version', async () => (await versions()).total_entries >= 2);
}

test('the newest version, coloured, with links to lines', async ({ page, gale }) => {
  await twoVersions(gale);
  await page.goto('/dags/versioned/code');
  await expect(page.locator('[data-line="2"] span', { hasText: 'from' })).toHaveText('from');
  await expect(page.locator('[data-line="1"]')).toContainText('<script>alert(1)</script>');
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Link to line 3' }).click();
  await expect(page).toHaveURL(/line=3/);
  await page.getByRole('button', { name: 'Link to line 6' }).click({ modifiers: ['Shift'] });
  await expect(page).toHaveURL(/line=3-6/);
  await screenshot(page, 'code');
});

test('finds in the file', async ({ page, gale }) => {
  await twoVersions(gale);
  await page.goto('/dags/versioned/code');
  await expect(page.locator('[data-line="1"]')).toBeVisible();
  await page.keyboard.press('Control+f');
  await page.keyboard.type('bashoperator');
  await expect(page.getByText(/^1 of 3$/)).toBeVisible();
  await page.keyboard.press('Enter');
  await expect(page.getByText(/^2 of 3$/)).toBeVisible();
  await page.keyboard.press('Shift+Enter');
  await expect(page.locator('[data-line="2"] mark')).toHaveText('BashOperator');
  await page.getByRole('searchbox', { name: 'Find in the file' }).fill('nowhere');
  await expect(page.getByText('Not found')).toBeVisible();
});

test('the difference of two versions, side by side and unified', async ({ page, gale }) => {
  await twoVersions(gale);
  await page.goto('/dags/versioned/code');
  await page.getByRole('radio', { name: 'Difference' }).check();
  await expect(page.locator('b', { hasText: /^1$/ })).toBeVisible();
  await expect(page.locator('b', { hasText: /^5$/ })).toBeVisible();
  await expect(page.getByText('echo store')).toBeVisible();
  await expect(page.getByRole('status').filter({ hasText: '+2 −2' })).toBeVisible();
  await expectAccessible(page);
  await screenshot(page, 'code-diff');
  const fold = page.getByRole('button', { name: /unchanged lines/ });
  await fold.click();
  await expect(page.getByText('# 4').first()).toBeVisible();
  await page.getByRole('radio', { name: 'Unified' }).check();
  await expect(page).toHaveURL(/diff=unified/);
  await screenshot(page, 'code-diff-unified');
  await page.getByLabel('Old version').selectOption({ index: 0 });
  await expect(page.getByText('Both versions have the same source')).toBeVisible();
});

test('a file of 10,000 lines: its last line at once', async ({ page, gale }) => {
  const filler = Array.from({ length: 10_000 }, (_, i) => `value_${i} = ${i}  # line`).join('\n');
  await gale.writeDag('long_file.py', `${source(0).replaceAll('versioned', 'long_file')}\n${filler}\n`);
  await gale.waitForDag('long_file');
  await page.goto('/dags/long_file/code?q=value_9999');
  await expect(page.locator('mark', { hasText: 'value_9999' })).toBeVisible();
  expect(await page.locator('[data-line]').count()).toBeLessThan(200);
});

test('dark, and on a phone', async ({ page, gale }) => {
  await twoVersions(gale);
  await withSettings(page, { theme: 'dark', language: 'ru' });
  await page.goto('/dags/versioned/code?view=diff');
  await expect(page.getByText('echo store')).toBeVisible();
  await expectAccessible(page);
  await screenshot(page, 'code-dark');
  await asPhone(page);
  await page.goto('/dags/versioned/code?wrap=true');
  await expect(page.locator('[data-line="1"]')).toBeVisible();
  await expectNoSideScroll(page);
  await screenshot(page, 'code-phone');
});
