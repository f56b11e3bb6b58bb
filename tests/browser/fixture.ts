// What every spec imports: test (with a server and a page that is logged in), expect, and helpers for accessibility,
// screenshots, themes, languages and phones. See README.md.
import { AxeBuilder } from '@axe-core/playwright';
import { test as base, expect, type Page } from '@playwright/test';
import { join } from 'node:path';
import { ADMIN, Gale, type StartOptions } from './gale';

export { expect, type Page } from '@playwright/test';
export { ADMIN, Answer, Gale, waitFor } from './gale';

interface WorkerFixtures {
  /** One server for all specs of a worker, with the DAGs of dags/. */
  gale: Gale;
}
interface TestFixtures {
  /** Starts a server of the test's own: to stop it, or with other settings or DAGs. */
  startGale: (options?: StartOptions) => Promise<Gale>;
  /** What the page said on its console and what it threw; a test ends red with any. Empty it to allow what is meant. */
  problems: string[];
}

export const test = base.extend<TestFixtures, WorkerFixtures>({
  gale: [
    // oxlint-disable-next-line no-empty-pattern -- Playwright's form
    async ({}, use) => {
      const gale = await Gale.start();
      await use(gale);
      await gale.close();
    },
    { scope: 'worker', timeout: 60_000 },
  ],
  baseURL: async ({ gale }, use) => use(gale.url),
  // oxlint-disable-next-line no-empty-pattern -- Playwright's form
  startGale: async ({}, use) => {
    const started: Gale[] = [];
    await use(async (options) => {
      const gale = await Gale.start(options);
      started.push(gale);
      return gale;
    });
    await Promise.all(started.map((gale) => gale.close()));
  },
  // oxlint-disable-next-line no-empty-pattern -- Playwright's form
  problems: async ({}, use) => use([]),
  page: async ({ page, gale, problems }, use) => {
    page.on('pageerror', (error) => problems.push(`thrown: ${error.message}`));
    page.on('console', (message) => {
      // A failed request is told by the browser too; pages show it, and tests look there.
      if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
        problems.push(message.text());
    });
    await logIn(page, gale);
    await use(page);
    expect(problems, 'errors on the page’s console').toEqual([]);
  },
});

/** Logs the page's browser in by cookie, without the log-in page. */
export async function logIn(page: Page, gale: Gale, who = ADMIN): Promise<void> {
  const answer = await page.request.post(`${gale.url}/auth/login`, {
    data: who,
  });
  expect(answer.status(), 'log-in').toBe(200);
}

/** The page waits for nothing: no query is loading. */
export async function settled(page: Page): Promise<void> {
  await expect(page.locator('main')).toBeVisible();
  await expect(page.getByRole('status', { name: /^(Loading|Загрузка)$/ })).toHaveCount(0);
}

/** axe finds nothing against WCAG 2.2 A and AA. */
export async function expectAccessible(page: Page): Promise<void> {
  await settled(page);
  const { violations } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
    // Radix puts what lies over the page beside its landmarks, not into one.
    .disableRules(['region'])
    // Frames hold what others made, and are sandboxed: axe cannot run in them.
    .setLegacyMode(true)
    .analyze();
  const told = violations.map(
    ({ id, help, nodes }) =>
      `${id}: ${help}\n${nodes.map((node) => `    ${node.html}\n      ${node.failureSummary}`).join('\n')}`,
  );
  expect(told).toEqual([]);
}

/** Keeps a picture of the page in results/NAME.png. */
export async function screenshot(page: Page, name: string, { full = false } = {}): Promise<void> {
  await settled(page);
  await page.screenshot({
    path: join(import.meta.dirname, 'results', `${name}.png`),
    fullPage: full,
    animations: 'disabled',
  });
}

type Settings = Partial<{
  theme: 'light' | 'dark';
  language: 'en' | 'ru';
  time_zone: string;
  shortcuts: boolean;
}>;
/** As if picked in the settings' menu; before page.goto. */
export async function withSettings(page: Page, settings: Settings): Promise<void> {
  await page.addInitScript((picked) => {
    const before = JSON.parse(localStorage.getItem('gale.settings') ?? '{}') as object;
    localStorage.setItem('gale.settings', JSON.stringify({ ...before, ...picked }));
  }, settings);
}

export const PHONE = { width: 360, height: 740 };
/** The page as a phone shows it; nothing may stick out at its side. */
export async function asPhone(page: Page): Promise<void> {
  await page.setViewportSize(PHONE);
}
export async function expectNoSideScroll(page: Page): Promise<void> {
  const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  expect(over, 'the page is wider than its window').toBeLessThanOrEqual(0);
}
