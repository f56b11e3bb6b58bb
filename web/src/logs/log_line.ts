// A line of a task's log as the server gives it, and what the viewer shows of it.

import type { Schemas } from '../api/client';

export type LogLine = Schemas['LogLine'];

export interface ShownLine {
  timestamp: string | null;
  /** In lower case; '' where the line names none. */
  level: string;
  text: string;
  logger: string;
  /** What a log call gave besides its message. */
  extras: [name: string, value: string][];
  /** A traceback, as text. */
  trace: string;
  is_cut: boolean;
}

const OWN = new Set(['event', 'timestamp', 'level', 'logger', 'exception', 'error_detail', 'cut', 'chan', 'loc']);

const textOf = (value: unknown): string =>
  typeof value === 'string' ? value : value === undefined || value === null ? '' : JSON.stringify(value);

interface Frame {
  filename?: unknown;
  lineno?: unknown;
  name?: unknown;
}
interface Raised {
  exc_type?: unknown;
  exc_value?: unknown;
  exc_notes?: unknown;
  is_cause?: unknown;
  frames?: unknown;
  exceptions?: unknown;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function textOfRaised(raised: Raised): string {
  const frames = (Array.isArray(raised.frames) ? raised.frames : []).filter(isObject) as Frame[];
  const notes = Array.isArray(raised.exc_notes) ? raised.exc_notes.map(textOf) : [];
  const type = textOf(raised.exc_type);
  const value = textOf(raised.exc_value);
  return [
    ...(frames.length > 0 ? ['Traceback (most recent call last):'] : []),
    ...frames.map(
      (frame) => `  File "${textOf(frame.filename)}", line ${textOf(frame.lineno)}, in ${textOf(frame.name)}`,
    ),
    value ? `${type}: ${value}` : type,
    ...notes,
  ].join('\n');
}

/** Airflow's error_detail (structlog's ExceptionDictTransformer) as Python prints it: what was raised first comes first. */
export function traceOf(error_detail: unknown): string {
  if (!Array.isArray(error_detail)) return textOf(error_detail);
  const all = error_detail.filter(isObject) as Raised[];
  return all
    .toReversed()
    .map((raised, at) => {
      const link = raised.is_cause
        ? 'The above exception was the direct cause of the following exception:'
        : 'During handling of the above exception, another exception occurred:';
      return (at > 0 ? `\n${link}\n\n` : '') + textOfRaised(raised);
    })
    .join('\n');
}

/** Of a progress bar, which overwrites its line by carriage returns, the last state. */
function lastState(text: string): string {
  const trimmed = text.replace(/\r+$/, '');
  return trimmed.includes('\r') ? trimmed.replaceAll(/[^\n]*\r(?!\n)/g, '').replaceAll('\r\n', '\n') : trimmed;
}

export function shownLine(line: LogLine): ShownLine {
  const trace = line.exception ? textOf(line.exception) : line.error_detail ? traceOf(line.error_detail) : '';
  return {
    timestamp: typeof line.timestamp === 'string' && !Number.isNaN(Date.parse(line.timestamp)) ? line.timestamp : null,
    level: textOf(line.level).toLowerCase(),
    text: lastState(textOf(line.event)),
    logger: textOf(line.logger),
    extras: Object.entries(line)
      .filter(([name, value]) => !OWN.has(name) && value !== null && value !== undefined)
      .map(([name, value]) => [name, textOf(value)]),
    trace: trace.trimEnd(),
    is_cut: line.cut === true,
  };
}

export const isErrorLevel = (level: string): boolean => level === 'error' || level === 'critical' || level === 'fatal';

/** '::group::name' opens a group, '::endgroup::' closes the last one, as in Airflow. */
export const groupName = (text: string): string | undefined =>
  text.startsWith('::group::') ? text.slice('::group::'.length) : undefined;

/** The line as text, to be copied. */
export function plainText(shown: ShownLine): string {
  const head = [shown.timestamp && `[${shown.timestamp}]`, shown.level && shown.level.toUpperCase()].filter(Boolean);
  const extras = shown.extras.map(([name, value]) => `${name}=${value}`);
  return [[...head, shown.text, ...extras].join(' '), shown.trace].filter(Boolean).join('\n');
}
