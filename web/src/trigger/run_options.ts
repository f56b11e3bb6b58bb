// What a run has besides its conf: id, dates, note. Pure.
import type { Schemas } from '../api/client';
import { zonedOf } from './zoned';
import { t } from './text';
import type { Conf } from './param_schema';

export interface RunOptions {
  run_id: string;
  /** now: the moment of the trigger; none: a run without a logical date. */
  logical: 'now' | 'at' | 'none';
  /** As inputs have them, in `zone`. */
  logical_date: string;
  interval_start: string;
  interval_end: string;
  zone: string;
  note: string;
  unpause: boolean;
}

export const startOptions = (zone: string): RunOptions => ({
  run_id: '',
  logical: 'now',
  logical_date: '',
  interval_start: '',
  interval_end: '',
  zone,
  note: '',
  unpause: true,
});

export type TriggerBody = Schemas['TriggerDAGRunPostBody'];

const RUN_ID = /^[A-Za-z0-9_.~:+-]*$/;

export function optionProblems(options: RunOptions): Partial<Record<keyof RunOptions, string>> {
  const problems: Partial<Record<keyof RunOptions, string>> = {};
  const { run_id, logical, logical_date, interval_start, interval_end, zone, note } = options;
  if (!RUN_ID.test(run_id) || run_id.includes('..')) problems.run_id = t('run_id_letters');
  if (run_id.length > 250) problems.run_id = t('shorter', { count: 250, length: run_id.length });
  if (logical === 'at' && !zonedOf(logical_date, zone)) problems.logical_date = t('date_needed');
  const start = zonedOf(interval_start, zone);
  const end = zonedOf(interval_end, zone);
  if (interval_start && !start) problems.interval_start = t('date_needed');
  if (interval_end && !end) problems.interval_end = t('date_needed');
  if (start && !interval_end) problems.interval_end = t('interval_both');
  if (end && !interval_start) problems.interval_start = t('interval_both');
  if (start && end && Date.parse(start) > Date.parse(end)) problems.interval_end = t('interval_order');
  if ([...note].length > 1000) problems.note = t('shorter', { count: 1000, length: [...note].length });
  return problems;
}

export function bodyOf(options: RunOptions, conf: Conf, now = new Date()): TriggerBody {
  const { run_id, logical, logical_date, interval_start, interval_end, zone, note } = options;
  const start = zonedOf(interval_start, zone);
  const end = zonedOf(interval_end, zone);
  return {
    ...(run_id && { dag_run_id: run_id }),
    logical_date:
      logical === 'none' ? null : logical === 'now' ? now.toISOString() : (zonedOf(logical_date, zone) ?? null),
    ...(start && end && { data_interval_start: start, data_interval_end: end }),
    conf,
    ...(note && { note }),
  };
}
