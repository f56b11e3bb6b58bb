// A search in a log that goes on by itself: part by part through what is there, and again as lines come.
import type { LogApi, LogQuery } from './log_api';
import type { LogSource } from './log_source';

export const MAX_MATCHES = 1_000_000;

export class LogSearch {
  /** Numbers of lines, in order. The array grows; `version` tells. */
  readonly matches: number[] = [];
  searched = 0;
  is_complete = false;
  /** More than MAX_MATCHES: the rest is left. */
  is_cut = false;
  failure: unknown;
  version = 0;

  private running = false;
  private listeners = new Set<() => void>();
  private stopped = new AbortController();
  private unsubscribe: (() => void) | undefined;

  constructor(
    private readonly api: LogApi,
    private readonly source: LogSource,
    readonly query: LogQuery,
  ) {}

  start(): void {
    this.stopped = new AbortController();
    this.unsubscribe = this.source.subscribe(() => this.go());
    this.go();
  }
  stop(): void {
    this.stopped.abort();
    this.running = false;
    this.unsubscribe?.();
  }
  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  };
  readonly snapshot = (): number => this.version;

  private go() {
    if (this.running || this.is_cut || this.failure !== undefined || this.searched >= this.source.lines) return;
    this.running = true;
    this.is_complete = false;
    void this.run();
  }

  private async run() {
    const { signal } = this.stopped;
    try {
      while (!this.is_complete && !this.is_cut) {
        const part = await this.api.index(this.searched, this.query, signal);
        if (signal.aborted) return;
        this.matches.push(...(part.matches ?? []));
        this.searched = Math.max(this.searched, part.searched);
        this.is_complete = part.complete;
        this.is_cut = this.matches.length >= MAX_MATCHES;
        this.tell();
      }
    } catch (error) {
      if (signal.aborted) return;
      this.failure = error;
      this.tell();
    }
    this.running = false;
    this.go();
  }

  private tell() {
    this.version += 1;
    for (const listener of this.listeners) listener();
  }
}
