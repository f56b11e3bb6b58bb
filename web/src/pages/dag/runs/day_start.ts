import { zone } from '../../../app/zones';
import { zonedOf } from '../../../trigger/zoned';

/** When `day` ("2026-01-31"), or one so many days later, begins in the zone that the page shows; undefined: no such day. */
export function dayStart(day: string, days_later: number): string | undefined {
  const at = Date.parse(`${day}T00:00:00Z`);
  if (Number.isNaN(at)) return undefined;
  const local = new Date(at + days_later * 86_400_000).toISOString().slice(0, 10);
  const zoned = zonedOf(`${local}T00:00:00`, zone());
  return zoned === undefined ? undefined : new Date(zoned).toISOString();
}
