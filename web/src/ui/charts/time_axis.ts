// Ticks of a time axis in a time zone: on whole units of that zone's clock, also across a change of its offset. Times are in ms.

export interface TimeTick {
  at: number;
  /** What the label must tell apart: days, minutes, seconds or milliseconds. */
  unit: 'day' | 'minute' | 'second' | 'millisecond';
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const STEPS = [
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500],
  ...[1, 2, 5, 10, 15, 30].map((n) => n * SECOND),
  ...[1, 2, 5, 10, 15, 30].map((n) => n * MINUTE),
  ...[1, 2, 3, 6, 12].map((n) => n * HOUR),
  ...[1, 2, 7, 14, 28, 56, 91, 182, 364].map((n) => n * DAY),
];

const clocks = new Map<string, Intl.DateTimeFormat>();

function clockOf(zone: string): Intl.DateTimeFormat {
  let clock = clocks.get(zone);
  if (clock === undefined) {
    const two = '2-digit';
    const parts = { year: 'numeric', month: two, day: two, hour: two, minute: two, second: two } as const;
    clock = new Intl.DateTimeFormat('en-US', { ...parts, timeZone: zone, hourCycle: 'h23', era: 'short' });
    clocks.set(zone, clock);
  }
  return clock;
}

/** How far the zone's clock is ahead of UTC at that time. */
export function zoneOffset(at: number, zone: string): number {
  const parts = new Map(
    clockOf(zone)
      .formatToParts(at)
      .map((part) => [part.type, Number(part.value)]),
  );
  const read = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? 0;
  const wall = Date.UTC(read('year'), read('month') - 1, read('day'), read('hour'), read('minute'), read('second'));
  return wall - Math.floor(at / SECOND) * SECOND;
}

/** The time at which the zone's clock shows `wall` (as if it were UTC); for one that it skips, the time after the gap. */
export function fromWallClock(wall: number, zone: string): number {
  const guess = wall - zoneOffset(wall, zone);
  return wall - zoneOffset(guess, zone);
}

function unitOf(wall: number, step: number): TimeTick['unit'] {
  if (wall % DAY === 0) return 'day';
  if (step >= MINUTE || wall % MINUTE === 0) return 'minute';
  return step >= SECOND || wall % SECOND === 0 ? 'second' : 'millisecond';
}

/** At most `most` ticks within [from, to]. */
export function timeTicks(from: number, to: number, most: number, zone: string): TimeTick[] {
  if (!(to > from) || most < 1) return [];
  const step = STEPS.find((each) => (to - from) / each <= most) ?? Math.ceil((to - from) / most / DAY) * DAY;
  const ticks: TimeTick[] = [];
  const first = Math.ceil((from + zoneOffset(from, zone)) / step) * step;
  for (let wall = first; ticks.length <= most; wall += step) {
    const at = step < HOUR ? wall - zoneOffset(from, zone) : fromWallClock(wall, zone);
    if (at > to) break;
    if (at >= from && at !== ticks.at(-1)?.at) ticks.push({ at, unit: unitOf(wall, step) });
  }
  return ticks;
}

const FORMATS: Record<TimeTick['unit'], Intl.DateTimeFormatOptions> = {
  day: { day: 'numeric', month: 'short' },
  minute: { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
  second: { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' },
  millisecond: { minute: '2-digit', second: '2-digit', fractionalSecondDigits: 3 },
};

export function formatTick(tick: TimeTick, zone: string, language: string): string {
  return new Intl.DateTimeFormat(language, { ...FORMATS[tick.unit], timeZone: zone }).format(tick.at);
}
