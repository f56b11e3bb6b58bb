import { asPhone, expect, expectAccessible, expectNoSideScroll, screenshot, test, withSettings } from './fixture';

const today = () => new Date().toISOString().slice(0, 10);

test('a day tells how its runs ended, and leads to them', async ({ page, gale }) => {
  await gale.run('failing');
  await gale.run('failing');
  await page.goto('/dags/failing/calendar');
  const cell = page.locator(`[data-key="${today()}"]`);
  await expect(cell).toHaveAccessibleName(/Failed \d+/);
  await expect(page.getByRole('status').filter({ hasText: /runs/ })).toContainText(/failed/);
  await expectAccessible(page);
  await screenshot(page, 'calendar');
  await cell.click();
  await expect(page).toHaveURL(/\/dags\/failing\/runs\?run_after_gte=.*&run_after_lte=/);
});

test('arrow keys move by day and week', async ({ page }) => {
  await page.goto('/dags/chain/calendar?year=2025');
  const first = page.locator('[data-key="2025-01-01"]');
  await first.focus();
  await page.keyboard.press('ArrowDown');
  await expect(page.locator('[data-key="2025-01-08"]')).toBeFocused();
  await page.keyboard.press('ArrowLeft');
  await expect(page.locator('[data-key="2025-01-07"]')).toBeFocused();
  await first.focus();
  await page.keyboard.press('ArrowLeft');
  await expect(first).toBeFocused();
});

test('years, months by hour, and the days of another zone', async ({ page, gale }) => {
  test.slow(); // axe looks at 720 cells
  await gale.run('chain');
  await withSettings(page, { time_zone: 'Pacific/Kiritimati', language: 'ru', theme: 'dark' });
  await page.goto('/dags/chain/calendar');
  const there = new Date(Date.now() + 14 * 3_600_000).toISOString();
  await expect(page.locator(`[data-key="${there.slice(0, 10)}"]`)).toHaveAccessibleName(/Успешно \d+/);
  await expectAccessible(page);
  await screenshot(page, 'calendar-dark');
  await page.getByRole('button', { name: 'Предыдущий год' }).click();
  await expect(page).toHaveURL(/year=/);
  await page.getByRole('button', { name: 'Сегодня' }).click();
  await page.getByRole('radio', { name: 'Часы' }).check();
  await expect(page).toHaveURL(/granularity=hourly/);
  await expect(page.locator(`[data-key="${there.slice(0, 10)}T00"]`)).toBeVisible();
  await expect(page.getByRole('link', { name: /Успешно \d+/ }).first()).toBeVisible();
  await expectAccessible(page);
  await screenshot(page, 'calendar-hours');
});

test('what a schedule plans is shown; on a phone', async ({ page, gale }) => {
  await gale.writeDag(
    'calendar_daily.py',
    `
import datetime
from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.sdk import DAG
with DAG("calendar_daily", schedule="@daily", start_date=datetime.datetime(2026, 1, 1, tzinfo=datetime.timezone.utc), catchup=False):
    EmptyOperator(task_id="only")
`,
  );
  await gale.waitForDag('calendar_daily');
  await asPhone(page);
  const next_year = new Date().getUTCFullYear() + 1;
  await page.goto(`/dags/calendar_daily/calendar?year=${next_year}`);
  await expect(page.locator(`[data-key="${next_year}-01-03"]`)).toHaveAccessibleName(/1 planned/);
  await expectNoSideScroll(page);
  await screenshot(page, 'calendar-phone', { full: true });
});
