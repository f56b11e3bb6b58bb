// Opens the same DAG on Gale's page and on Airflow's, by its address; page_beside.py starts it:
// node page_beside.mjs gale|airflow URL [USERNAME PASSWORD]. Prints milliseconds, medians of three new profiles each.
import { createRequire } from 'node:module';

const [kind, url, username, password] = process.argv.slice(2);
const { chromium } = createRequire(new URL('../web/package.json', import.meta.url))('@playwright/test');
const ROUNDS = 3;

const VIEWS = {
  gale: {
    grid: { path: '/dags/grid_1000', seen: '[role="grid"][aria-rowcount] canvas' },
    graph: { path: '/dags/grid_1000/graph', seen: '.react-flow__node' },
  },
  // Which of the two Airflow shows is kept in the browser.
  airflow: {
    grid: { path: '/dags/grid_1000', seen: 'a[href*="/tasks/layer_00_task_00"]', kept: 'grid' },
    graph: { path: '/dags/grid_1000', seen: '.react-flow__node', kept: 'graph' },
  },
};

const browser = await chromium.launch({
  executablePath: process.env.GALE_CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'],
});

async function open({ path, seen, kept }) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: 'en-GB' });
  if (username) await context.request.post(`${url}/auth/login`, { data: { username, password } });
  const page = await context.newPage();
  page.setDefaultTimeout(120_000);
  if (kept)
    await page.addInitScript((view) => {
      localStorage.setItem('default_dag_view', JSON.stringify(view));
    }, kept);
  const begun = performance.now();
  await page.goto(`${url}${path}`, { waitUntil: 'commit' });
  await page.locator(seen).first().waitFor();
  const taken = performance.now() - begun;
  if (process.env.SCREENSHOT) await page.screenshot({ path: `${process.env.SCREENSHOT}-${kind}-${kept ?? path.split('/').pop()}.png` });
  await context.close();
  return taken;
}

const result = {};
for (const [name, view] of Object.entries(VIEWS[kind])) {
  const times = [];
  for (let i = 0; i < ROUNDS; ++i) times.push(await open(view));
  result[name] = { median_ms: Math.round(times.toSorted((a, b) => a - b)[Math.floor(ROUNDS / 2)]), all: times.map(Math.round) };
}
await browser.close();
console.log(JSON.stringify(result));
