// The grid's data: read once, then kept by events (live_grid.ts).
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { onUpdate } from '../../../api/events';
import { gridQuery, readGrid, type Grid } from '../queries';
import { isFiltered, type GridFilters } from './filters';
import { runsToRead, withRun } from './live_grid';

const READ_MS = 300;

export function useGrid(dag_id: string, filters: GridFilters) {
  const client = useQueryClient();
  const query = useQuery({
    ...gridQuery(dag_id, filters), // Another filter's answer stays until the new one is there; another DAG's does not.
    placeholderData: (before, query) => (query?.queryKey[1] === dag_id ? before : undefined),
  });
  useEffect(() => {
    const { queryKey } = gridQuery(dag_id, filters);
    const wanted = new Set<string>();
    let timer: ReturnType<typeof setTimeout> | undefined;

    const readRuns = async () => {
      timer = undefined;
      const runs = [...wanted];
      wanted.clear();
      for (const dag_run_id of runs) {
        // What fails here is read again with the next event, or by hand.
        const read = await readGrid(dag_id, { dag_run_id, limit: 1 }).catch(() => undefined);
        const run = read?.runs[0];
        if (!read || !run) continue;
        const before = client.getQueryData<Grid>(queryKey);
        const after = before && withRun(before, run, read.tasks, filters.limit);
        if (after && after !== before) client.setQueryData(queryKey, after);
        else if (before) return client.invalidateQueries({ queryKey, exact: true });
      }
      return undefined;
    };
    const stop = onUpdate((update) => {
      if (update.kind !== 'change') return;
      const { change } = update;
      const grid = client.getQueryData<Grid>(queryKey);
      if (!grid) return;
      // Another version of the file may have other tasks; a filter must be asked who fits it.
      const runs_change = change.dag_runs.some((run) => run.dag_id === dag_id);
      if (change.dags.some((dag) => dag.dag_id === dag_id) || (isFiltered(filters) && runs_change)) {
        void client.invalidateQueries({ queryKey, exact: true });
        return;
      }
      for (const dag_run_id of runsToRead(grid, dag_id, change)) wanted.add(dag_run_id);
      if (wanted.size > 0) timer ??= setTimeout(() => void readRuns(), READ_MS);
    });
    return () => {
      stop();
      clearTimeout(timer);
    };
  }, [client, dag_id, filters]);
  return query;
}
