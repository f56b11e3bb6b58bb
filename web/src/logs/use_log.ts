// A log and the searches in it as hooks.
import { useEffect, useMemo, useSyncExternalStore } from 'react';
import { logApi, type LogAddress, type LogQuery } from './log_api';
import { LogSearch } from './log_search';
import { LogSource } from './log_source';

export interface OpenLog {
  source: LogSource;
  api: ReturnType<typeof logApi>;
}

/** Reads the log while the component is there; renders anew as it grows. */
export function useLog({ dag_id, dag_run_id, task_id, map_index, try_number }: LogAddress): OpenLog {
  const log = useMemo(() => {
    const api = logApi({ dag_id, dag_run_id, task_id, map_index, try_number });
    return { api, source: new LogSource(api) };
  }, [dag_id, dag_run_id, task_id, map_index, try_number]);
  useSyncExternalStore(log.source.subscribe, log.source.snapshot);
  useEffect(() => {
    log.source.start();
    return () => log.source.stop();
  }, [log]);
  return log;
}

const NONE = { subscribe: () => () => undefined, snapshot: () => 0 };

/** undefined: there is nothing to search for. */
export function useLogSearch({ api, source }: OpenLog, query: LogQuery | undefined): LogSearch | undefined {
  const key = query && JSON.stringify([query.levels, query.text]);
  const search = useMemo(() => {
    if (key === undefined) return undefined;
    const [levels, text] = JSON.parse(key) as [string[], string];
    return new LogSearch(api, source, { levels, text });
  }, [api, source, key]);
  useSyncExternalStore((search ?? NONE).subscribe, (search ?? NONE).snapshot);
  useEffect(() => {
    search?.start();
    return () => search?.stop();
  }, [search]);
  return search;
}
