// Times and durations on the screen. Every time is a <TimeText>, in the zone that is picked.
import { useSyncExternalStore } from 'react';
import { durationOf, relativeTimeOf, shortTimeOf, timeOf, zone, zoneNameOf } from '../app/zones';
import { Tooltip } from './tooltip';
import styles from './time.module.css';

// One clock for all that shows "ago" and running durations; it stands still while nothing does.
const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;
let now = Date.now();
function subscribe(listener: () => void) {
  listeners.add(listener);
  now = Date.now();
  timer ??= setInterval(() => {
    now = Date.now();
    for (const each of listeners) each();
  }, 1000);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}
/** Milliseconds, moved every second. */
export const useNow = (): number => useSyncExternalStore(subscribe, () => now);

function Relative({ value }: { value: string }) {
  return relativeTimeOf(value, new Date(useNow()));
}

interface TimeTextProps {
  value: string | null | undefined;
  /** short: no date today; full: always with date; relative: "3 min. ago". The others are in the tooltip. */
  form?: 'short' | 'full' | 'relative';
  /** What stands there without a time. */
  none?: string;
}

export function TimeText({ value, form = 'short', none = '–' }: TimeTextProps) {
  if (!value) return <span className={styles.none}>{none}</span>;
  const absolute = `${timeOf(value)} ${zoneNameOf(value)}`;
  return (
    <Tooltip
      content={
        <>
          {absolute}
          {zone() !== 'UTC' && <span className={styles.utc}>{value.slice(0, 19).replace('T', ' ')} UTC</span>}
          <br />
          <Relative value={value} />
        </>
      }
    >
      {/* Focus shows the tooltip too: the whole time is for the keyboard as well. */}
      <time className={styles.time} dateTime={value} tabIndex={0}>
        {form === 'relative' ? <Relative value={value} /> : form === 'full' ? timeOf(value) : shortTimeOf(value)}
      </time>
    </Tooltip>
  );
}

function Running({ start }: { start: string }) {
  return durationOf((useNow() - Date.parse(start)) / 1000);
}

/** From start to end; without an end it grows as one looks. `seconds` where the length is known. */
export function Duration(props: { start?: string | null; end?: string | null; seconds?: number | null }) {
  const { start, end, seconds } = props;
  if (typeof seconds === 'number') return <span className={styles.duration}>{durationOf(seconds)}</span>;
  if (!start) return <span className={styles.none}>–</span>;
  return (
    <span className={styles.duration}>
      {end ? durationOf((Date.parse(end) - Date.parse(start)) / 1000) : <Running start={start} />}
    </span>
  );
}
