// One log as the viewer reads it: how long it is, the lines around what is on the screen, and what comes while one looks.
// The log may be of any size: only pages of lines near the screen are kept. Tells its listeners what changed; nothing in
// here knows React.
import type { LogApi, LogIndex } from './log_api';
import { isErrorLevel, shownLine, type LogLine, type ShownLine } from './log_line';

export const PAGE_LINES = 500;
const KEPT_PAGES = 80;
const RETRY_MS = 1000;

export class LogSource {
  lines = 0;
  bytes = 0;
  /** All lines that the file had are counted. */
  is_counted = false;
  is_growing = true;
  /** The live stream broke and is tried again. */
  is_lost = false;
  levels: Record<string, number> = {};
  first_error: number | null = null;
  failure: unknown;
  version = 0;

  private pages = new Map<number, (ShownLine | undefined)[]>();
  /** Of each page that is on the screen, the lines that are: [from, to). */
  private wanted = new Map<number, { from: number; to: number }>();
  private loading = new Set<number>();
  private listeners = new Set<() => void>();
  private stopped = new AbortController();
  private endFollowing: (() => void) | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly api: LogApi) {}

  start(): void {
    this.stopped = new AbortController();
    void this.count();
  }
  stop(): void {
    this.stopped.abort();
    this.endFollowing?.();
    clearTimeout(this.timer);
    this.loading.clear();
  }
  retry(): void {
    this.failure = undefined;
    this.stop();
    this.start();
    this.fill();
    this.tell();
  }

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  };
  readonly snapshot = (): number => this.version;

  /** undefined: not here yet; want() brings it. */
  line(number: number): ShownLine | undefined {
    return this.pages.get(Math.floor(number / PAGE_LINES))?.[number % PAGE_LINES];
  }

  /** These lines are on the screen or nearly so: their pages are read whole. */
  want(from: number, to: number): void {
    this.wanted.clear();
    const end = to > from ? Math.ceil(to / PAGE_LINES) : 0;
    for (let page = Math.floor(from / PAGE_LINES); page < end; page += 1)
      this.wanted.set(page, { from: page * PAGE_LINES, to: (page + 1) * PAGE_LINES });
    this.fill();
  }

  /** The same of lines that are far apart: of each page, only what is needed. */
  wantEach(lines: readonly number[]): void {
    this.wanted.clear();
    for (const line of lines) {
      const page = Math.floor(line / PAGE_LINES);
      const range = this.wanted.get(page) ?? { from: line, to: line };
      this.wanted.set(page, { from: Math.min(range.from, line), to: Math.max(range.to, line + 1) });
    }
    this.fill();
  }

  private tell() {
    this.version += 1;
    for (const listener of this.listeners) listener();
  }

  private fail(error: unknown, signal: AbortSignal) {
    if (signal.aborted) return;
    this.failure = error;
    this.tell();
  }

  private take(index: LogIndex) {
    this.lines = Math.max(this.lines, index.lines);
    this.bytes = index.bytes;
    this.is_counted = index.complete;
    this.is_growing = index.growing;
    this.levels = index.levels;
    this.first_error = index.first_error;
    this.fill();
    this.tell();
  }

  /** Asks until all of the file is counted; then follows what still comes. */
  private async count() {
    const { signal } = this.stopped;
    try {
      for (;;) {
        const index = await this.api.index(this.lines, { levels: [], text: '' }, signal);
        if (signal.aborted) return;
        this.take(index);
        if (index.complete) break;
      }
      if (this.is_growing) this.follow();
    } catch (error) {
      this.fail(error, signal);
    }
  }

  private follow() {
    const { signal } = this.stopped;
    this.endFollowing = this.api.follow(this.lines, {
      onLines: (from, lines) => {
        this.is_lost = false;
        this.append(from, lines);
      },
      // What the try wrote at its very end is counted once more.
      onEnd: () => {
        this.is_growing = false;
        this.is_lost = false;
        void this.count();
      },
      onLost: () => {
        if (signal.aborted) return;
        this.is_lost = true;
        this.tell();
        this.timer = setTimeout(() => void this.count(), RETRY_MS);
      },
    });
  }

  private append(from: number, lines: readonly LogLine[]) {
    lines.forEach((line, at) => {
      const number = from + at;
      if (number < this.lines) return;
      const shown = shownLine(line);
      const level = shown.level || 'unknown';
      this.levels = { ...this.levels, [level]: (this.levels[level] ?? 0) + 1 };
      if (this.first_error === null && isErrorLevel(level)) this.first_error = number;
      this.lines = number + 1;
      this.put(number, shown);
    });
    this.forget();
    this.tell();
  }

  private put(number: number, line: ShownLine) {
    const page = Math.floor(number / PAGE_LINES);
    const lines = this.pages.get(page) ?? [];
    lines[number % PAGE_LINES] = line;
    this.pages.delete(page); // the last used is the last in the map
    this.pages.set(page, lines);
  }

  private forget() {
    for (const page of this.pages.keys()) {
      if (this.pages.size <= KEPT_PAGES) return;
      if (!this.wanted.has(page)) this.pages.delete(page);
    }
  }

  /** What of a page is wanted and not here, from the first to the last such line. */
  private gapOf(page: number, range: { from: number; to: number }): { from: number; count: number } | undefined {
    const isHere = (line: number) => this.pages.get(page)?.[line % PAGE_LINES] !== undefined;
    let { from } = range;
    let to = Math.min(range.to, this.lines);
    while (from < to && isHere(from)) from += 1;
    while (to > from && isHere(to - 1)) to -= 1;
    return to > from ? { from, count: to - from } : undefined;
  }

  private fill() {
    if (this.failure !== undefined) return;
    for (const [page, range] of this.wanted) {
      if (this.loading.has(page)) continue;
      const gap = this.gapOf(page, range);
      if (gap) void this.load(page, gap.from, gap.count);
    }
  }

  private async load(page: number, from: number, count: number) {
    const { signal } = this.stopped;
    this.loading.add(page);
    try {
      const answer = await this.api.lines(from, count, signal);
      if (signal.aborted) return;
      answer.lines.forEach((line, at) => this.put(from + at, shownLine(line)));
      this.loading.delete(page);
      // An answer without lines that calls itself whole: the file was cut since it was counted.
      if (answer.lines.length === 0 && answer.complete && count > 0) {
        this.lines = Math.min(this.lines, from);
      }
      this.forget();
      this.tell();
      this.fill();
    } catch (error) {
      this.loading.delete(page);
      this.fail(error, signal);
    }
  }
}
