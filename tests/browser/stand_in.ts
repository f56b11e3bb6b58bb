// Until the server serves the page and logs it in by cookie, this does both: web/dist by `vite preview`, the API's token as
// a header. It looks whether the server does, and then does nothing.
import type { Page } from '@playwright/test';
import { resolve } from 'node:path';
import type { ADMIN, Gale } from './gale';

const WEB = resolve(import.meta.dirname, '../../web');

const serves = async (url: string, wanted: string) => {
  const response = await fetch(url);
  return response.status !== 404 && (await response.text()).includes(wanted);
};

export async function pageUrlOf(url: string): Promise<{ url: string; close: () => Promise<void> }> {
  if (await serves(url, 'id="root"')) return { url, close: async () => undefined };
  process.env.GALE_URL = url;
  const { preview } = await import('vite');
  const server = await preview({
    root: WEB,
    preview: { port: 0, host: '127.0.0.1' },
    logLevel: 'error',
  });
  return {
    url: server.resolvedUrls?.local[0]?.replace(/\/$/, '') ?? '',
    close: () => server.close(),
  };
}

export async function standIn(page: Page, gale: Gale, who: typeof ADMIN): Promise<boolean> {
  if ((await fetch(`${gale.url}/gale/me`)).status !== 404) return false;
  const answer = await gale.call<{ access_token: string }>('POST', '/auth/token', who);
  await page.setExtraHTTPHeaders({
    Authorization: `Bearer ${answer.access_token}`,
  });
  const me = {
    username: who.username,
    role: 'admin',
    api_tokens: true,
    version: '0.1.0',
    base_path: '/',
    default_timezone: 'UTC',
  };
  await page.route('**/gale/me', (route) => route.fulfill({ json: me }));
  await page.route('**/auth/login', (route) => route.fulfill({ json: me }));
  return true;
}
