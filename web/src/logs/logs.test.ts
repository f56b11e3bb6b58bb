import { describe, expect, it, vi } from 'vitest';
import type { Follower, LogApi, LogIndex } from './log_api';
import { plainText, shownLine, traceOf } from './log_line';
import { LogSearch } from './log_search';
import { LogSource, PAGE_LINES } from './log_source';
import { allRows, groupsOf, hiddenBy, rowsWithout, someRows } from './row_map';
import { MAX_HEIGHT, scaleOf } from './scroll_scale';
import { parseAnsi, segmentsOf } from './segments';

describe('a line', () => {
  it('keeps what a log call gave, and its traceback', () => {
    const shown = shownLine({
      event: 'x',
      level: 'ERROR',
      timestamp: '2026-01-01T00:00:00Z',
      n: 3,
      exception: 'T\nE\n',
    });
    expect(shown).toMatchObject({ level: 'error', text: 'x', extras: [['n', '3']], trace: 'T\nE' });
    expect(plainText(shown)).toBe('[2026-01-01T00:00:00Z] ERROR x n=3\nT\nE');
  });
  it('takes anything for an event, and no time that is none', () => {
    expect(shownLine({ event: { a: 1 }, timestamp: 'yesterday', level: 3 })).toMatchObject({
      text: '{"a":1}',
      timestamp: null,
      level: '3',
    });
    expect(shownLine({ event: null }).text).toBe('');
  });
  it('shows the last state of a progress bar', () => {
    expect(shownLine({ event: '1%\r50%\r100%' }).text).toBe('100%');
    expect(shownLine({ event: 'done\r' }).text).toBe('done');
    expect(shownLine({ event: 'a\r\nb' }).text).toBe('a\nb');
  });
  it('writes structured tracebacks as Python does', () => {
    const text = traceOf([
      {
        exc_type: 'ValueError',
        exc_value: 'outer',
        is_cause: false,
        frames: [{ filename: 'a.py', lineno: 2, name: 'f' }],
      },
      { exc_type: 'KeyError', exc_value: "'k'", is_cause: false, frames: [] },
    ]);
    expect(text).toBe(
      "KeyError: 'k'\n\nDuring handling of the above exception, another exception occurred:\n\n" +
        'Traceback (most recent call last):\n  File "a.py", line 2, in f\nValueError: outer',
    );
  });
});

describe('segments', () => {
  it('reads colours, drops what else escapes', () => {
    expect(
      segmentsOf('\u001b[31mred\u001b[0m \u001b[1;38;5;12mblue\u001b[39m bold\u001b[2K\u001b]0;title\u0007!'),
    ).toEqual(
      [
        { text: 'red', style: { color: 1 } },
        { text: ' ' },
        { text: 'blue', style: { bold: true, color: 12 } },
        { text: ' bold!', style: { bold: true } },
      ].flatMap((segment) =>
        segment.text === ' bold!'
          ? [
              { ...segment, text: ' bold' },
              { ...segment, text: '!' },
            ]
          : [segment],
      ),
    );
    expect(parseAnsi('\u001b[38;2;255;0;0mx').styles[0]?.value).toEqual({ color: 9 });
    expect(parseAnsi('\u001b[').text).toBe('\u001b[');
  });
  it('makes links of http alone, without what follows them', () => {
    const hrefs = (text: string) => segmentsOf(text).flatMap((segment) => segment.href ?? []);
    expect(hrefs('see (https://a.b/c?d=e). javascript:alert(1) ftp://x')).toEqual(['https://a.b/c?d=e']);
    expect(hrefs('https://en.wikipedia.org/wiki/A_(b)')).toEqual(['https://en.wikipedia.org/wiki/A_(b)']);
    expect(hrefs('<a href="http://x/">')).toEqual(['http://x/']);
  });
  it('marks what was searched for across colours, whatever the case', () => {
    const marked = segmentsOf('a \u001b[32mFi\u001b[0mle', 'file').filter(({ hit }) => hit);
    expect(marked.map(({ text }) => text).join('')).toBe('File');
    expect(segmentsOf('', 'x')).toEqual([]);
  });
});

describe('rows', () => {
  it('leaves out folded groups, nested ones too', () => {
    const groups = groupsOf([1, 3, 8], [5, 6, 20], 12);
    expect(groups).toEqual([
      { start: 1, end: 6, depth: 0 },
      { start: 3, end: 5, depth: 1 },
      { start: 8, end: 11, depth: 0 },
    ]);
    const rows = rowsWithout(
      12,
      hiddenBy(groups, () => true),
    );
    expect(rows.count).toBe(4);
    expect([0, 1, 2, 3].map(rows.lineOf)).toEqual([0, 1, 7, 8]);
    expect([0, 1, 4, 7, 8, 11].map(rows.rowOf)).toEqual([0, 1, 2, 2, 3, 3]);
    const inner = rowsWithout(
      12,
      hiddenBy(groups, (group) => group.start === 3),
    );
    expect(Array.from({ length: inner.count }, (_, row) => inner.lineOf(row))).toEqual([
      0, 1, 2, 3, 6, 7, 8, 9, 10, 11,
    ]);
  });
  it('an end without a beginning closes nothing', () => {
    expect(groupsOf([5], [1, 2], 10)).toEqual([{ start: 5, end: 9, depth: 0 }]);
    expect(groupsOf([], [1], 10)).toEqual([]);
  });
  it('finds the rows of a filter', () => {
    const rows = someRows([3, 7, 100]);
    expect(rows.lineOf(1)).toBe(7);
    expect([0, 3, 4, 100, 500].map(rows.rowOf)).toEqual([0, 0, 1, 2, 2]);
    expect(someRows([]).rowOf(3)).toBe(0);
    expect(allRows(0).rowOf(5)).toBe(0);
  });
});

describe('scale', () => {
  it('is one to one while that fits, and reaches every row beyond', () => {
    expect(scaleOf(1000, 500).rowAt(180)).toBe(10);
    for (const rows of [10, 1000, 2_000_000, 50_000_000]) {
      const scale = scaleOf(rows, 600);
      expect(scale.height).toBeLessThanOrEqual(MAX_HEIGHT);
      expect(scale.rowAt(0)).toBe(0);
      const last = Math.max(0, rows - 600 / 18);
      expect(scale.rowAt(scale.height)).toBeCloseTo(Math.max(last, 1 / 18), 3);
      for (const row of [0, Math.floor(last / 3), Math.floor(last)]) {
        expect(scale.rowAt(scale.scrollAt(row))).toBeCloseTo(row, 3);
      }
    }
  });
});

const nothing: LogIndex = {
  lines: 0,
  bytes: 0,
  complete: true,
  every: 1000,
  offsets: [],
  first_error: null,
  levels: {},
  matches: null,
  searched: 0,
  truncated: false,
  growing: false,
};

/** A server with a log of `total` lines, which counts and searches `step` lines a request. */
function server(total: number, { step = Infinity, growing = false, atOnce = Infinity } = {}) {
  const followers: Follower[] = [];
  let counted = 0;
  const state = { total, growing };
  const api: LogApi = {
    lines: vi.fn(async (from: number, count: number) => {
      const lines = Array.from({ length: Math.min(count, atOnce, state.total - from) }, (_, at) => ({
        event: `line ${from + at}`,
      }));
      return {
        from,
        lines,
        complete: from + lines.length >= Math.min(from + count, state.total),
        growing: state.growing,
      };
    }),
    index: vi.fn(async (after_line, query) => {
      counted = Math.min(state.total, counted + step);
      const searched = Math.min(counted, after_line + step);
      const matches = query.text
        ? Array.from({ length: searched - after_line }, (_, at) => after_line + at).filter((n) =>
            `line ${n}`.includes(query.text),
          )
        : null;
      const complete = counted === state.total && (matches === null || searched === state.total);
      return {
        ...nothing,
        lines: counted,
        levels: { info: counted },
        matches,
        searched,
        complete,
        growing: state.growing,
      };
    }),
    follow: (_, follower) => {
      followers.push(follower);
      return () => undefined;
    },
  };
  return { api, followers, state };
}
const until = (test: () => boolean) => vi.waitFor(() => expect(test()).toBe(true));

describe('a source', () => {
  it('counts in steps and loads the pages that are wanted, once', async () => {
    const { api } = server(100_000, { step: 30_000 });
    const source = new LogSource(api);
    source.start();
    await until(() => source.is_counted);
    expect(source.lines).toBe(100_000);
    source.want(70_400, 70_600);
    source.want(70_400, 70_600);
    await until(() => source.line(70_599) !== undefined && source.line(70_400) !== undefined);
    expect(source.line(70_599)?.text).toBe('line 70599');
    expect(api.lines).toHaveBeenCalledTimes(2);
    expect(source.line(0)).toBeUndefined();
  });
  it('asks for the rest of a page whose lines are long', async () => {
    const { api } = server(PAGE_LINES, { atOnce: 100 });
    const source = new LogSource(api);
    source.start();
    await until(() => source.is_counted);
    source.want(0, 30);
    await until(() => source.line(PAGE_LINES - 1) !== undefined);
    expect(api.lines).toHaveBeenCalledTimes(5);
  });
  it('follows a log that grows, comes back when the stream breaks, and counts once more at the end', async () => {
    const { api, followers, state } = server(2, { growing: true });
    const source = new LogSource(api);
    source.start();
    await until(() => followers.length === 1);
    followers[0]?.onLines(1, [{ event: 'line 1' }, { event: 'line 2', level: 'error' }]);
    expect(source.lines).toBe(3);
    expect(source.line(2)?.text).toBe('line 2');
    expect(source.first_error).toBe(2);
    vi.useFakeTimers();
    followers[0]?.onLost();
    expect(source.is_lost).toBe(true);
    await vi.advanceTimersByTimeAsync(2000);
    vi.useRealTimers();
    await until(() => followers.length === 2);
    state.total = 5;
    state.growing = false;
    followers[1]?.onEnd();
    await until(() => source.lines === 5);
    expect(source.is_growing).toBe(false);
  });
  it('keeps a failure until it is told to try again', async () => {
    const { api } = server(10);
    vi.mocked(api.index).mockRejectedValueOnce(new Error('no'));
    const source = new LogSource(api);
    source.start();
    await until(() => source.failure !== undefined);
    source.retry();
    await until(() => source.is_counted);
    expect(source.failure).toBeUndefined();
  });
  it('searches part by part, and goes on as lines come', async () => {
    const { api, followers, state } = server(1000, { step: 100, growing: true });
    const source = new LogSource(api);
    source.start();
    const search = new LogSearch(api, source, { levels: [], text: 'line 99' });
    search.start();
    await until(() => search.is_complete && followers.length === 1);
    expect(search.matches).toEqual([99, 990, 991, 992, 993, 994, 995, 996, 997, 998, 999]);
    state.total = 1001;
    followers[0]?.onLines(1000, [{ event: 'line 1000' }]);
    await until(() => search.searched === 1001);
    expect(search.matches).toHaveLength(11);
    search.stop();
    source.stop();
  });
});
