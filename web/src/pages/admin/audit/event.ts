import type { EventLog } from '../../../api/queries/event_log';
import { timeOf } from '../../../app/zones';
import { dagPath, runPath, taskPath, withSearch } from '../../../app/paths';

const NOUNS: readonly [pattern: RegExp, path: string, member: string][] = [
  [/variable/, '/variables', 'key'],
  [/connection/, '/connections', 'connection_id'],
  [/pool/, '/pools', 'name'],
  [/user/, '/users', 'username'],
];

export function extraOf(event: EventLog): Record<string, unknown> {
  try {
    const parsed: unknown = JSON.parse(event.extra ?? '{}');
    return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)
      ? (parsed as Record<string, unknown>)
      : { extra: parsed };
  } catch {
    return { extra: event.extra };
  }
}

/** What an entry is about: its name and where that is; no link when it has been deleted or has no page. */
export function objectOf(event: EventLog): { name: string; to?: string } | undefined {
  const { dag_id, run_id, task_id, map_index } = event;
  if (dag_id && run_id && task_id) {
    const at = map_index !== null && map_index >= 0 ? { map_index } : {};
    return { name: `${dag_id} · ${run_id} · ${task_id}`, to: taskPath({ dag_id, dag_run_id: run_id, task_id, ...at }) };
  }
  if (dag_id && run_id) return { name: `${dag_id} · ${run_id}`, to: runPath(dag_id, run_id) };
  if (dag_id) return { name: dag_id, to: dagPath(dag_id) };
  const noun = NOUNS.find(([pattern]) => pattern.test(event.event));
  const name = noun && extraOf(event)[noun[2]];
  if (!noun || typeof name !== 'string') return undefined;
  return event.event.startsWith('delete') ? { name } : { name, to: withSearch(noun[1], { q: name }) };
}

const asUtc = (text: string) => Date.parse(`${text.replace(' ', 'T')}Z`);

/** What a datetime-local field holds, meant in the zone that is picked, as an instant; '' for what is no time. */
export function instantOf(text: string): string {
  const wanted = asUtc(text);
  if (Number.isNaN(wanted)) return '';
  // The zone's offset at the instant itself, not at its namesake in UTC: twice, for the hours around a change.
  let instant = wanted;
  for (let i = 0; i < 2; i += 1) instant += wanted - asUtc(timeOf(new Date(instant)));
  return new Date(instant).toISOString();
}
