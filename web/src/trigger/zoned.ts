// Dates that are typed in a zone: "2026-11-25T10:00" in Europe/Berlin is 2026-11-25T10:00:00+01:00.

const partsOf = (instant: number, zone: string): Record<string, string> =>
  Object.fromEntries(
    new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
    })
      .formatToParts(new Date(instant))
      .map((part) => [part.type, part.value]),
  );

/** "2026-11-25T10:00:00" as clocks in the zone show this moment. */
function localOf(instant: number, zone: string): string {
  const { year = '', month, day, hour, minute, second } = partsOf(instant, zone);
  return `${year.padStart(4, '0')}-${month}-${day}T${hour}:${minute}:${second}`;
}

const asUtc = (local: string) => Date.parse(`${local}Z`);

/** Minutes that the zone is ahead of UTC at that moment. */
export const offsetOf = (instant: number, zone: string): number =>
  Math.round((asUtc(localOf(instant, zone)) - Math.floor(instant / 1000) * 1000) / 60_000);

export function offsetText(minutes: number): string {
  const size = Math.abs(minutes);
  const two = (value: number) => String(value).padStart(2, '0');
  return `${minutes < 0 ? '-' : '+'}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}

/** A <input type="datetime-local"> value made whole: seconds and no fraction. undefined: no such date. */
function wholeLocal(local: string): string | undefined {
  const match = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2})(:\d{2})?(\.\d+)?$/.exec(local);
  if (!match) return undefined;
  const whole = `${match[1]}T${match[2]}${match[3] ?? ':00'}`;
  const instant = asUtc(whole);
  return Number.isNaN(instant) || new Date(instant).toISOString().slice(0, 19) !== whole ? undefined : whole;
}

/**
 * The moment, with its offset. In the hour that clocks skip it is the moment an hour on; in the hour that they show
 * twice, the first. undefined: no such date.
 */
export function zonedOf(local: string, zone: string): string | undefined {
  const whole = wholeLocal(local);
  if (whole === undefined) return undefined;
  const naive = asUtc(whole);
  const DAY = 86_400_000;
  const before = offsetOf(naive - DAY, zone);
  const after = offsetOf(naive + DAY, zone);
  const offset = [before, after].find((each) => offsetOf(naive - each * 60_000, zone) === each);
  if (offset !== undefined) return whole + offsetText(offset);
  const instant = naive - before * 60_000;
  return localOf(instant, zone) + offsetText(offsetOf(instant, zone));
}

/** What a text of ISO 8601 says, read in the zone: for an input. '' when it is no date. */
export function localText(text: string, zone: string): string {
  const has_offset = /(Z|[+-]\d{2}:?\d{2})$/i.test(text);
  if (!has_offset) return wholeLocal(text.replace(' ', 'T')) ?? '';
  const instant = Date.parse(text.replace(' ', 'T'));
  return Number.isNaN(instant) ? '' : localOf(instant, zone);
}
