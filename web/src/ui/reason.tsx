// Why something waits, in the page's language: the server tells which sentence it is and what that names
// (docs/reference/gale_api.md). One that the page does not know is shown in the server's own English words.
import { Fragment } from 'react';
import { durationOf } from '../app/zones';
import { language, textOf } from '../i18n/text';
import { lookOf } from './states';
import { TimeText } from './time';

const t = textOf<typeof import('../i18n/en/waiting.json')>('waiting');

export interface Reason {
  code: string | null;
  values: Readonly<Record<string, unknown>> | null;
}

interface WaitedFor {
  task_id: string;
  state: string | null;
}

const stateOf = (state: unknown) =>
  typeof state === 'string' ? lookOf(state).label.toLocaleLowerCase(language()) : t('not_started');

const nameOf = (part: string | WaitedFor) =>
  typeof part === 'string' ? part : `${part.task_id} (${stateOf(part.state)})`;

function listOf(parts: readonly (string | WaitedFor)[], more: unknown): string {
  const list = parts.map(nameOf).join(', ');
  return typeof more === 'number' && more > 0 ? t('and_more', { list, more }) : list;
}

/** The sentence; times in it are ISO 8601. `text`: the server's words. */
export function reasonOf({ code, values }: Reason, text: string): string {
  if (code === null || values === null || !t.has(code)) return text;
  const shown: Record<string, string | number> = {};
  for (const [name, value] of Object.entries(values)) {
    if (name === 'state') shown.state = stateOf(value);
    else if (name === 'seconds') shown.duration = durationOf(Number(value));
    else if (Array.isArray(value)) shown[name] = listOf(value as (string | WaitedFor)[], values.more);
    else if (typeof value === 'string' || typeof value === 'number') shown[name] = value;
  }
  if (typeof values.code === 'string' && typeof values.values === 'object') {
    const why = reasonOf({ code: values.code, values: values.values as Reason['values'] }, '');
    if (why === '') return text;
    shown.why = why;
  }
  return t(code, shown);
}

const TIME = /(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z)/;

/** The sentence with its times in the zone that one has picked. */
export const ReasonText = ({ reason, text }: { reason: Reason; text: string }) =>
  reasonOf(reason, text)
    .split(TIME)
    .map((part, at) => (at % 2 === 1 ? <TimeText key={at} value={part} /> : <Fragment key={at}>{part}</Fragment>));
