import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { EventStream, type StreamMessage } from './event_stream';

class FakeSource extends EventTarget {
  static readonly OPEN = 1;
  static opened: FakeSource[] = [];
  readyState = 0;
  constructor(readonly url: URL) {
    super();
    FakeSource.opened.push(this);
  }
  close() {
    this.readyState = 2;
  }
  tell(type: string, lastEventId = '', data = '{}') {
    if (type === 'open') this.readyState = FakeSource.OPEN;
    this.dispatchEvent(new MessageEvent(type, { lastEventId, data }));
  }
}
const ids = () => FakeSource.opened.map((source) => source.url.searchParams.get('last_event_id'));

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('EventSource', FakeSource);
  FakeSource.opened = [];
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test('comes back with the last id that it heard, at first with the one that it was given', () => {
  const told: StreamMessage[] = [];
  const stream = new EventStream('http://gale.example/gale/events?last_event_id=7', (message) => told.push(message));
  FakeSource.opened[0]?.tell('error');
  vi.advanceTimersByTime(1000);
  FakeSource.opened[1]?.tell('open');
  FakeSource.opened[1]?.tell('change', '9', '{"others":["pools"]}');
  FakeSource.opened[1]?.tell('error');
  vi.advanceTimersByTime(1000);
  FakeSource.opened[2]?.tell('reset', '12');
  stream.wake();
  expect(ids()).toEqual(['7', '7', '9', '12']);
  expect(told).toEqual([
    { kind: 'state', state: 'lost' },
    { kind: 'state', state: 'open' },
    { kind: 'change', change: { others: ['pools'] } },
    { kind: 'state', state: 'lost' },
    { kind: 'reset' },
  ]);
});

test('waits longer from one failure to the next, up to a bound, and not at all when woken', () => {
  const stream = new EventStream('http://gale.example/gale/events', () => undefined);
  for (let failure = 0; failure < 8; failure += 1) {
    FakeSource.opened.at(-1)?.tell('error');
    vi.advanceTimersByTime(19_000);
  }
  expect(FakeSource.opened).toHaveLength(9);
  FakeSource.opened.at(-1)?.tell('error');
  vi.advanceTimersByTime(11_000);
  expect(FakeSource.opened).toHaveLength(9);
  stream.wake();
  expect(FakeSource.opened).toHaveLength(10);
});
