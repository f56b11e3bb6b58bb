import { describe, expect, it } from 'vitest';
import { dayOf, endOfDay } from './day';

describe('a day of a zone', () => {
  it('ends when the zone’s clock says so', () => {
    expect(endOfDay('2026-01-02', 'UTC')).toBe('2026-01-02T23:59:59Z');
    expect(endOfDay('2026-01-02', 'Asia/Tokyo')).toBe('2026-01-02T14:59:59Z');
    expect(endOfDay('2026-07-02', 'America/New_York')).toBe('2026-07-03T03:59:59Z');
    // The day on which the clocks go forward in Berlin.
    expect(endOfDay('2026-03-29', 'Europe/Berlin')).toBe('2026-03-29T21:59:59Z');
  });
  it('comes back as the same day', () => {
    for (const zone of ['UTC', 'Asia/Kolkata', 'Pacific/Apia', 'America/St_Johns'])
      expect(dayOf(endOfDay('2026-10-25', zone), zone)).toBe('2026-10-25');
  });
});
