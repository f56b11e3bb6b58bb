// One connection to the event stream that comes back by itself, from where it was. Runs in a tab or in a shared worker.
import type { Schemas } from './client';

export type Change = Schemas['Change'];

/** lost: was not reached or was refused (logged out, say); tries again by itself, or at once by wake(). */
export type StreamState = 'connecting' | 'open' | 'lost';
export type StreamMessage =
  { kind: 'change'; change: Change } | { kind: 'reset' } | { kind: 'state'; state: StreamState };

const FIRST_DELAY_MS = 500;
const LAST_DELAY_MS = 15_000;

export class EventStream {
  private source: EventSource | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private failures = 0;
  private last_event_id = '';
  private state: StreamState = 'connecting';

  constructor(
    private readonly url: string,
    private readonly emit: (message: StreamMessage) => void,
  ) {
    this.open();
  }

  /** Connects at once if not connected; a new log-in, or the network being back, calls it. */
  wake(): void {
    if (this.source?.readyState === EventSource.OPEN) return;
    this.failures = 0;
    this.open();
  }

  current(): StreamState {
    return this.state;
  }

  private open() {
    clearTimeout(this.timer);
    this.source?.close();
    const url = new URL(this.url);
    if (this.last_event_id) url.searchParams.set('last_event_id', this.last_event_id);
    const source = new EventSource(url);
    this.source = source;
    source.addEventListener('open', () => {
      this.failures = 0;
      this.enter('open');
    });
    source.addEventListener('change', (event: MessageEvent<string>) => {
      this.last_event_id = event.lastEventId;
      this.emit({ kind: 'change', change: JSON.parse(event.data) as Change });
    });
    source.addEventListener('reset', (event: MessageEvent<string>) => {
      this.last_event_id = event.lastEventId;
      this.emit({ kind: 'reset' });
    });
    // The browser's own retry knows no back-off, and gives up for good at a status that is not 200.
    source.addEventListener('error', () => this.retry());
  }

  private retry() {
    this.source?.close();
    clearTimeout(this.timer);
    this.enter('lost');
    const delay = Math.min(LAST_DELAY_MS, FIRST_DELAY_MS * 2 ** this.failures++);
    this.timer = setTimeout(() => this.open(), delay * (0.75 + Math.random() / 2));
  }

  private enter(state: StreamState) {
    if (state === this.state) return;
    this.state = state;
    this.emit({ kind: 'state', state });
  }
}
