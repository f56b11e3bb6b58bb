// The server's operations on one log (docs/reference/gale_api.md, "Logs").
import { addressOf, call, type Schemas } from '../api/client';
import type { LogLine } from './log_line';

export interface LogAddress {
  dag_id: string;
  dag_run_id: string;
  task_id: string;
  map_index: number;
  try_number: number;
}
type LogLines = Schemas['LogLines'];
export type LogIndex = Schemas['LogIndex'];
export interface LogQuery {
  levels: readonly string[];
  text: string;
}
export interface Follower {
  onLines: (from: number, lines: LogLine[]) => void;
  onEnd: () => void;
  onLost: () => void;
}

export interface LogApi {
  lines: (from: number, count: number, signal: AbortSignal) => Promise<LogLines>;
  index: (after_line: number, query: LogQuery, signal: AbortSignal) => Promise<LogIndex>;
  /** Calls back as lines come; the answer ends it. */
  follow: (from: number, follower: Follower) => () => void;
}

const LOG = '/gale/dags/{dag_id}/dagRuns/{dag_run_id}/taskInstances/{task_id}/{map_index}/logs/{try_number}';

export const downloadUrl = (path: LogAddress): string => addressOf(`${LOG}/download`, { path: { ...path } });

export function logApi(address: LogAddress): LogApi {
  const path = { ...address };
  return {
    lines: (from, count, signal) => call('get', `${LOG}/lines`, { path, query: { from, count }, signal }),
    index: (after_line, query, signal) =>
      call('get', `${LOG}/index`, { path, query: { after_line, level: query.levels, q: query.text }, signal }),
    follow: (from, { onLines, onEnd, onLost }) => {
      const source = new EventSource(addressOf(`${LOG}/follow`, { path, query: { from } }));
      source.addEventListener('lines', (event: MessageEvent<string>) => {
        const told = JSON.parse(event.data) as { from: number; lines: LogLine[] };
        onLines(told.from, told.lines);
      });
      source.addEventListener('end', () => {
        source.close();
        onEnd();
      });
      source.addEventListener('error', () => {
        source.close();
        onLost();
      });
      return () => source.close();
    },
  };
}
