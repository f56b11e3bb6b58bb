// Dates and times with the zone that they are typed in.
import { useEffect, useRef, useState } from 'react';
import { allZones, zone as pageZone } from '../app/zones';
import { Input, Select, type FieldParts } from '../ui/field';
import { t } from './text';
import styles from './trigger.module.css';
import { localText, offsetOf, offsetText, zonedOf } from './zoned';

interface ZonedProps {
  parts: FieldParts;
  /** Of the field, for the zone's own name. */
  label: string;
  text: string;
  onText: (text: string) => void;
  onLeave: () => void;
}

export function ZoneSelect({ value, onChange, label, none }: ZoneSelectProps) {
  const zones = allZones();
  const options = (zones.includes(value) || value === '' ? zones : [value, ...zones]).map((name) => ({
    value: name,
    label: name,
  }));
  if (none) options.unshift({ value: '', label: t('no_zone') });
  return (
    <Select
      aria-label={t('zone_of', { name: label })}
      className={styles.zone ?? ''}
      options={options}
      value={value}
      onChange={onChange}
    />
  );
}
interface ZoneSelectProps {
  value: string;
  onChange: (zone: string) => void;
  label: string;
  none?: boolean;
}

/** Its text is ISO 8601 with an offset. A date that is not whole yet stays in the input. */
export function DateTimeInput({ parts, label, text, onText, onLeave }: ZonedProps) {
  const [zone, setZone] = useState(pageZone);
  const [local, setLocal] = useState(() => localText(text, zone));
  const told = useRef(text);
  useEffect(() => {
    if (text === told.current) return;
    told.current = text; // changed from without: by the JSON, by a reset
    setLocal(localText(text, zone));
  }, [text, zone]);
  const tell = (next: string, next_zone: string) => {
    setLocal(next);
    told.current = next === '' ? '' : (zonedOf(next, next_zone) ?? next);
    onText(told.current);
  };
  return (
    <div className={styles.zoned}>
      <Input
        {...parts}
        type="datetime-local"
        step={1}
        value={local}
        onChange={(event) => tell(event.target.value, zone)}
        onBlur={onLeave}
      />
      <ZoneSelect
        value={zone}
        label={label}
        onChange={(next) => {
          setZone(next);
          if (local) tell(local, next);
        }}
      />
    </div>
  );
}

const TIME = /^(\d{2}:\d{2}(?::\d{2})?)(?:\.\d+)?(Z|[+-]\d{2}:?\d{2})?$/;

/** Offsets of today, since a time alone has no date. */
function offsetsNow(current: string): { value: string; label: string }[] {
  const now = Date.now();
  const here = offsetText(offsetOf(now, pageZone()));
  const names = new Map([
    ['', t('no_zone')],
    ['+00:00', '+00:00 UTC'],
    [here, here === '+00:00' ? '+00:00 UTC' : `${here} ${pageZone()}`],
  ]);
  const all = allZones().map((name) => offsetText(offsetOf(now, name)));
  for (const offset of [...new Set([...all, current])].toSorted()) if (!names.has(offset)) names.set(offset, offset);
  return [...names].map(([value, label]) => ({ value, label }));
}

export function TimeInput({ parts, label, text, onText, onLeave }: ZonedProps) {
  const [, time = '', written = ''] = TIME.exec(text) ?? [];
  const offset = written === 'Z' ? '+00:00' : written;
  const [options] = useState(() => offsetsNow(offset));
  const tell = (next: string, next_offset: string) =>
    onText(next === '' ? '' : (next.length === 5 ? `${next}:00` : next) + next_offset);
  return (
    <div className={styles.zoned}>
      <Input
        {...parts}
        type="time"
        step={1}
        value={time}
        onChange={(event) => tell(event.target.value, offset)}
        onBlur={onLeave}
      />
      <Select
        aria-label={t('zone_of', { name: label })}
        className={styles.zone ?? ''}
        options={
          options.some((option) => option.value === offset) ? options : [...options, { value: offset, label: offset }]
        }
        value={offset}
        onChange={(next) => time && tell(time, next)}
      />
    </div>
  );
}
