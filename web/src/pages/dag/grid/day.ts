// A day of the zone that one has picked, as a moment and back.

const partsIn = (zone: string) =>
  new Intl.DateTimeFormat('en-CA', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  });

/** '2026-11-25': the day of a moment on the zone's clock. */
export function dayOf(moment: string, zone: string): string {
  const parts = Object.fromEntries(
    partsIn(zone)
      .formatToParts(new Date(moment))
      .map((part) => [part.type, part.value]),
  );
  return `${parts.year}-${parts.month}-${parts.day}`;
}

/** The zone's clock at a moment, as if it were UTC. */
function wallClock(moment: number, zone: string): number {
  const { year, month, day, hour, minute, second } = Object.fromEntries(
    partsIn(zone)
      .formatToParts(moment)
      .map((part) => [part.type, Number(part.value)]),
  );
  return Date.UTC(year ?? 0, (month ?? 1) - 1, day, hour, minute, second);
}

/** The last second of a day on the zone's clock, in UTC. */
export function endOfDay(day: string, zone: string): string {
  const wanted = Date.parse(`${day}T23:59:59Z`);
  let moment = wanted;
  // Twice: the offset at the guess may be another than at the answer, around a change of the clocks.
  for (let pass = 0; pass < 2; ++pass) moment += wanted - wallClock(moment, zone);
  return new Date(moment).toISOString().replace('.000Z', 'Z');
}
