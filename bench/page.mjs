// Measures the page in Chromium; page.py starts it: node page.mjs URL USERNAME PASSWORD. Prints one JSON object.
import { createRequire } from 'node:module';

const [url, username, password] = process.argv.slice(2);
const { chromium } = createRequire(new URL('../web/package.json', import.meta.url))('@playwright/test');
const LIMIT_MS = 60_000;

const median = (numbers) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];
const round = (number) => Math.round(number * 10) / 10;

const browser = await chromium.launch({
  executablePath: process.env.GALE_CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
    '--disable-component-update', '--disable-sync'],
});

/** A page of a new browser profile, logged in; collects what the browser itself says of long tasks and clicks. */
async function newPage() {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: 'en-GB', timezoneId: 'UTC' });
  const answer = await context.request.post(`${url}/auth/login`, { data: { username, password } });
  if (!answer.ok()) throw new Error(`log-in: ${answer.status()}`);
  const page = await context.newPage();
  page.setDefaultTimeout(LIMIT_MS);
  await page.addInitScript(() => {
    globalThis.bench = { longest_task_ms: 0, clicks: [] };
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries())
        globalThis.bench.longest_task_ms = Math.max(globalThis.bench.longest_task_ms, entry.duration);
    }).observe({ type: 'longtask', buffered: true });
    // From the click until the frame that answers it is painted.
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) if (entry.name === 'click') globalThis.bench.clicks.push(entry.duration);
    }).observe({ type: 'event', durationThreshold: 16, buffered: true });
  });
  return page;
}

const quiet = async (page) => {
  await page.locator('main h1').first().waitFor();
  await page.waitForFunction(() => !document.querySelector('[role="status"][aria-label="Loading"], [aria-busy="true"]'));
};

/** What a first visit fetches, on the wire, and how long until it can be used. */
async function firstLoad() {
  const page = await newPage();
  const session = await page.context().newCDPSession(page);
  await session.send('Network.enable');
  let bytes = 0;
  let answers = 0;
  session.on('Network.loadingFinished', (event) => {
    bytes += event.encodedDataLength;
    answers += 1;
  });
  const begun = performance.now();
  await page.goto(`${url}/`);
  await quiet(page);
  const usable = performance.now() - begun;
  const paint = await page.evaluate(() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0);
  const longest = await page.evaluate(() => globalThis.bench.longest_task_ms);
  await page.context().close();
  return { bytes, answers, first_paint_ms: paint, usable_ms: usable, longest_task_ms: longest };
}

/** Clicks of every day, each: until the answering frame, and until what was asked for is on the screen. */
async function clicks() {
  const page = await newPage();
  await page.goto(`${url}/`);
  await quiet(page);
  const found = {};
  const click = async (name, locator, shown) => {
    await page.evaluate(() => void (globalThis.bench.clicks = []));
    const begun = performance.now();
    await locator.click();
    await shown();
    const complete = performance.now() - begun;
    await page.waitForTimeout(100); // the browser tells of events a little later
    const told = await page.evaluate(() => globalThis.bench.clicks);
    found[name] = { answer_ms: told.length ? Math.max(...told) : 16, complete_ms: round(complete) };
  };
  await click('list of DAGs', page.getByRole('link', { name: 'DAGs', exact: true }).first(), () =>
    page.getByRole('link', { name: 'many_0000' }).first().waitFor());
  await click('a DAG of 3,650 runs', page.getByRole('link', { name: 'many_0000' }).first(), () => quiet(page));
  for (const tab of ['Graph', 'Runs', 'Tasks', 'Code', 'Details']) {
    const link = page.getByRole('tab', { name: tab }).or(page.getByRole('link', { name: tab, exact: true })).first();
    if ((await link.count()) === 0) continue;
    await click(`its ${tab.toLowerCase()}`, link, () => quiet(page));
  }
  await page.context().close();
  return found;
}

/** From the list of DAGs a click into the grid of 1,000 tasks in 100 runs, until it is drawn; then frames while it scrolls. */
async function grid() {
  const page = await newPage();
  await page.addInitScript(() => localStorage.setItem('gale.grid.runs', '100'));
  await page.goto(`${url}/dags`);
  await quiet(page);
  const link = page.getByRole('link', { name: 'grid_1000' }).first();
  await link.waitFor();
  await page.evaluate(() => void (globalThis.bench.longest_task_ms = 0));
  const begun = performance.now();
  await link.click();
  await page.waitForFunction(() => {
    const found = document.querySelector('[role="grid"]');
    const canvas = found?.querySelector('canvas');
    if (!canvas || Number(found.getAttribute('aria-rowcount')) < 1000 || Number(found.getAttribute('aria-colcount')) < 100)
      return false;
    const pixels = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
    return pixels.some((value, index) => index % 4 === 3 && value > 0);
  });
  const open = performance.now() - begun;
  const longest = await page.evaluate(() => globalThis.bench.longest_task_ms);
  await page.getByRole('grid').hover();
  await page.evaluate(() => {
    globalThis.bench.frames = [];
    let last = performance.now();
    const tick = (now) => {
      globalThis.bench.frames.push(now - last);
      last = now;
      requestAnimationFrame(tick);
    };
    requestAnimationFrame(tick);
  });
  for (let i = 0; i < 60; ++i) await page.mouse.wheel(0, 240);
  const frames = (await page.evaluate(() => globalThis.bench.frames)).slice(1);
  await page.context().close();
  return {
    open_ms: open,
    longest_task_ms: longest,
    frames_per_s: 1000 / (frames.reduce((a, b) => a + b, 0) / frames.length),
    frame_p95_ms: frames.toSorted((a, b) => a - b)[Math.floor(frames.length * 0.95)],
  };
}

/** From the grid a click to the graph of 1,000 tasks, until they are laid out. */
async function graph() {
  const page = await newPage();
  await page.goto(`${url}/dags/grid_1000`);
  await quiet(page);
  await page.evaluate(() => void (globalThis.bench.longest_task_ms = 0));
  const begun = performance.now();
  await page.getByRole('link', { name: 'Graph' }).first().click();
  await page.locator('.react-flow__node').first().waitFor();
  const shown = performance.now() - begun;
  const longest = await page.evaluate(() => globalThis.bench.longest_task_ms);
  await page.context().close();
  return { shown_ms: shown, longest_task_ms: longest };
}

/** From the home page a click to the list of all DAGs, until its first page is drawn. */
async function dagList() {
  const page = await newPage();
  await page.goto(`${url}/`);
  await quiet(page);
  const begun = performance.now();
  await page.getByRole('link', { name: 'DAGs', exact: true }).first().click();
  await page.getByRole('link', { name: 'many_0000' }).first().waitFor();
  const open = performance.now() - begun;
  const longest = await page.evaluate(() => globalThis.bench.longest_task_ms);
  await page.context().close();
  return { open_ms: open, longest_task_ms: longest };
}

/** From the answer to a change (it is committed then) to the frame that shows it: a DAG’s pause switch, in the end as it was. */
async function eventToScreen(rounds = 16) {
  const page = await newPage();
  await page.goto(`${url}/dags?q=switched`);
  await page.getByRole('link', { name: 'switched' }).first().waitFor();
  const row = page.getByRole('row', { name: /switched/ }).last();
  const control = row.getByRole('switch').first();
  await control.waitFor();
  await page.waitForTimeout(500); // the stream opens after the page
  const latencies = [];
  for (let i = 0; i < rounds; ++i) {
    await control.evaluate((element) => {
      const was = element.getAttribute('aria-checked');
      globalThis.bench.seen = new Promise((resolve, reject) => {
        setTimeout(() => reject(new Error('the page did not show the change within 20 s')), 20_000);
        const changed = () =>
          element.getAttribute('aria-checked') !== was &&
          requestAnimationFrame(() => resolve(performance.timeOrigin + performance.now()));
        new MutationObserver(changed).observe(element, { attributes: true });
      });
    });
    const is_paused = (await (await page.context().request.get(`${url}/api/v2/dags/switched`)).json()).is_paused;
    const answer = await page.context().request.patch(`${url}/api/v2/dags/switched`, {
      data: { is_paused: !is_paused },
      headers: { Origin: new URL(url).origin },
    });
    const committed = performance.timeOrigin + performance.now();
    if (!answer.ok()) throw new Error(`pause: ${answer.status()} ${await answer.text()}`);
    latencies.push((await page.evaluate(() => globalThis.bench.seen)) - committed);
    await page.waitForTimeout(100);
  }
  await page.context().close();
  return { median_ms: median(latencies), worst_ms: Math.max(...latencies) };
}

/** The same on the wire alone, without a page. */
async function eventToClient(rounds = 30) {
  const login = await fetch(`${url}/auth/token`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ username, password }),
  });
  const headers = { Authorization: `Bearer ${(await login.json()).access_token}`, 'Content-Type': 'application/json' };
  const stream = await fetch(`${url}/gale/events?dag_id=switched`, { headers });
  const reader = stream.body.pipeThrough(new TextDecoderStream()).getReader();
  await reader.read();
  const latencies = [];
  for (let i = 0; i < rounds; ++i) {
    const told = (async () => {
      for (;;) {
        const { value } = await reader.read();
        if (value.includes('"switched"')) return performance.now();
      }
    })();
    const body = JSON.stringify({ is_paused: i % 2 === 0 });
    await fetch(`${url}/api/v2/dags/switched`, { method: 'PATCH', headers, body });
    const committed = performance.now();
    latencies.push((await told) - committed);
  }
  await reader.cancel();
  return { median_ms: median(latencies), worst_ms: Math.max(...latencies) };
}

const measures = { firstLoad, clicks, grid, graph, dagList, eventToClient, eventToScreen };
// `node page.mjs URL USERNAME PASSWORD grid graph`: some of them.
const wanted = process.argv.slice(5);
const result = {};
for (const [name, measure] of Object.entries(measures)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  try {
    result[name] = await measure();
  } catch (error) {
    result[name] = { error: String(error.message ?? error).split('\n')[0] };
  }
}
await browser.close();
console.log(JSON.stringify(result));
