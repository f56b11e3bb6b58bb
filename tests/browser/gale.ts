// The real binary for the browser's tests: a server in a home of its own, driven by its command line and REST API.
import { spawn, type ChildProcess } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const ROOT = resolve(import.meta.dirname, '../..');
const BINARY = join(resolve(process.env.GALE_BUILD ?? join(ROOT, 'build/release')), 'bin/gale');
const LIMIT_MS = 30_000;

export const ADMIN = { username: 'admin', password: 'secret-for-tests' };

/** The first value of `probe` that is neither undefined nor false; asks every 20 ms. */
export async function waitFor<T>(
  what: string,
  probe: () => Promise<T | undefined | false>,
  limit = LIMIT_MS,
): Promise<T> {
  const deadline = Date.now() + limit;
  for (;;) {
    const found = await probe();
    if (found !== undefined && found !== false) return found;
    if (Date.now() > deadline) throw new Error(`${what} did not happen within ${limit / 1000} s`);
    await new Promise((done) => setTimeout(done, 20));
  }
}

export class Answer extends Error {
  constructor(
    readonly status: number,
    readonly body: string,
    request: string,
  ) {
    super(`${request}: ${status}: ${body.slice(0, 500)}`);
  }
}

export interface StartOptions {
  /** Environment over the fixture's own: AIRFLOW__API__BASE_URL, …. */
  env?: Record<string, string>;
  /** DAG files to start with; default: tests/browser/dags. */
  dags?: string;
}

export class Gale {
  url = '';
  token = '';
  private process: ChildProcess | undefined;
  private logs: string[] = [];

  private constructor(
    readonly home: string,
    private readonly env: Record<string, string>,
  ) {}

  static async start({ env = {}, dags = join(ROOT, 'tests/browser/dags') }: StartOptions = {}): Promise<Gale> {
    const home = await mkdtemp(join(tmpdir(), 'gale-browser-'));
    await mkdir(join(home, 'dags'));
    if (dags) await cp(dags, join(home, 'dags'), { recursive: true });
    const gale = new Gale(home, env);
    await gale.up();
    return gale;
  }

  /** Starts the server (again, after down(), on the same port). */
  async up(): Promise<void> {
    const log = join(this.home, `server.${this.logs.length}.log`);
    this.logs.push(log);
    const port = this.url ? new URL(this.url).port : '0';
    const child = spawn(BINARY, ['standalone', '--host', '127.0.0.1', '--port', port], {
      env: {
        PATH: process.env.PATH ?? '',
        HOME: this.home,
        AIRFLOW_HOME: this.home,
        AIRFLOW__CORE__DAGS_ARE_PAUSED_AT_CREATION: 'False',
        _AIRFLOW_WWW_USER_PASSWORD: ADMIN.password,
        GALE_WORKER_LEASE: '60',
        ...this.env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    this.process = child;
    const sink = createWriteStream(log);
    let text = '';
    let failure: Error | undefined;
    child.on('error', (error) => (failure = error));
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (chunk: Buffer) => {
        sink.write(chunk);
        text += chunk.toString();
      });
    }
    const found = await waitFor('the start of the server', async () => {
      if (failure) throw new Error(`${BINARY}: ${failure.message}: build it, or set GALE_BUILD`);
      if (child.exitCode !== null) throw new Error(`gale ended with ${child.exitCode}:\n${text}`);
      return /listening on (http:\/\/[\d.]+:\d+)/.exec(text) ?? undefined;
    });
    this.url = found[1] ?? '';
    await waitFor('health', () => this.call('GET', '/api/v2/monitor/health').catch(() => undefined));
    const answer = await this.call<{ access_token: string }>('POST', '/auth/token', ADMIN);
    this.token = answer.access_token;
  }

  /** Stops the server; its home stays, and its running tasks go on. */
  async down(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    const child = this.process;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((done) => child.once('exit', done));
    child.kill(signal);
    await ended;
  }

  async close(): Promise<void> {
    await this.down();
    await this.stopWorker();
    await rm(this.home, { recursive: true, force: true, maxRetries: 5 });
  }

  /** The worker outlives its server: the holder of run/worker.lock is told to end, twice: drain, then give up. */
  private async stopWorker() {
    for (const signal of ['SIGTERM', 'SIGTERM', 'SIGKILL'] as const) {
      const pid = await this.workerPid();
      if (pid === undefined) return;
      try {
        process.kill(pid, signal);
      } catch {
        return; // it has ended meanwhile
      }
      await waitFor('the end of the worker', async () => (await this.workerPid()) === undefined, 3000).catch(
        () => undefined,
      );
    }
  }

  private async workerPid(): Promise<number | undefined> {
    for (const name of await readdir('/proc')) {
      if (!/^\d+$/.test(name)) continue;
      const [command = '', environment = ''] = await Promise.all(
        ['cmdline', 'environ'].map((file) => readFile(`/proc/${name}/${file}`, 'utf8').catch(() => '')),
      );
      if (command.split('\0')[1] === 'worker' && `${environment}\0`.includes(`AIRFLOW_HOME=${this.home}\0`))
        return Number(name);
    }
    return undefined;
  }

  log = async (): Promise<string> => (await Promise.all(this.logs.map((path) => readFile(path, 'utf8')))).join('\n');

  async writeDag(name: string, text: string): Promise<void> {
    const path = join(this.home, 'dags', name);
    await writeFile(`${path}.tmp`, text);
    await rename(`${path}.tmp`, path);
  }

  /** Makes an empty file: what the DAG `slow` waits for. */
  touch = (path: string): Promise<void> => writeFile(path, '');

  /** A call of the REST API as the administrator. Throws an Answer for a bad status. */
  async call<T = unknown>(method: string, path: string, body?: unknown): Promise<T> {
    const response = await fetch(this.url + path, {
      method,
      headers: {
        Accept: 'application/json',
        'Content-Type': 'application/json',
        ...(this.token ? { Authorization: `Bearer ${this.token}` } : {}),
      },
      body: body === undefined ? null : JSON.stringify(body),
    });
    const text = await response.text();
    if (!response.ok) throw new Answer(response.status, text, `${method} ${path}`);
    return (text ? JSON.parse(text) : undefined) as T;
  }

  waitForDag = (dag_id: string): Promise<unknown> =>
    waitFor(`DAG ${dag_id}`, () => this.call('GET', `/api/v2/dags/${dag_id}`).catch(() => undefined));

  /** Triggers a run; its id. */
  async trigger(
    dag_id: string,
    options: {
      dag_run_id?: string;
      conf?: object;
      logical_date?: string;
      note?: string;
    } = {},
  ) {
    await this.waitForDag(dag_id);
    const { conf = {}, logical_date = null, ...rest } = options;
    const run = await this.call<{ dag_run_id: string }>('POST', `/api/v2/dags/${dag_id}/dagRuns`, {
      conf,
      logical_date,
      ...rest,
    });
    return run.dag_run_id;
  }

  runPath = (dag_id: string, dag_run_id: string): string =>
    `/api/v2/dags/${dag_id}/dagRuns/${encodeURIComponent(dag_run_id)}`;

  /** The state that the run ends in. */
  finish(dag_id: string, dag_run_id: string): Promise<string> {
    return waitFor(`the end of ${dag_id} ${dag_run_id}`, async () => {
      const { state } = await this.call<{ state: string }>('GET', this.runPath(dag_id, dag_run_id));
      return state === 'success' || state === 'failed' ? state : undefined;
    });
  }

  /** Triggers and waits: the run's id. */
  async run(dag_id: string, options: Parameters<Gale['trigger']>[1] = {}): Promise<string> {
    const dag_run_id = await this.trigger(dag_id, options);
    await this.finish(dag_id, dag_run_id);
    return dag_run_id;
  }

  async taskStates(dag_id: string, dag_run_id: string): Promise<Record<string, string | null>> {
    const page = await this.call<{
      task_instances: { task_id: string; state: string | null }[];
    }>('GET', `${this.runPath(dag_id, dag_run_id)}/taskInstances?limit=100`);
    return Object.fromEntries(page.task_instances.map((task) => [task.task_id, task.state]));
  }

  waitForTask(dag_id: string, dag_run_id: string, task_id: string, state: string): Promise<boolean> {
    return waitFor(
      `${task_id} of ${dag_id} ${dag_run_id} ${state}`,
      async () => (await this.taskStates(dag_id, dag_run_id))[task_id] === state,
    );
  }
}
