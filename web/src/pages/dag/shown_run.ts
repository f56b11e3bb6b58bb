// The run that a view of a DAG shows: that of the page, that of the address (`dag_run_id=`), or the newest.
import { useQuery } from '@tanstack/react-query';
import { statesQuery, type Grid, type GridRun } from './queries';

const RUNS_OFFERED = 25;

export interface ShownRun {
  /** Those that one can choose from; only the run's own on the page of a run. */
  runs: GridRun[];
  grid: Grid | undefined;
  run: GridRun | undefined;
  error: unknown;
  is_loading: boolean;
  retry: () => void;
}

/** The run whose states are shown: the page's, the address', or the newest. */
export function useShownRun(dag_id: string, page_run: string | undefined, asked_run: string | undefined): ShownRun {
  const wanted = page_run ?? asked_run;
  const newest = useQuery({ ...statesQuery(dag_id, { limit: RUNS_OFFERED }), enabled: page_run === undefined });
  const is_listed = newest.data?.runs.some((run) => run.dag_run_id === wanted) === true;
  const ask_one = wanted !== undefined && (page_run !== undefined || (newest.data !== undefined && !is_listed));
  const single = useQuery({ ...statesQuery(dag_id, { limit: 1, dag_run_id: wanted }), enabled: ask_one });
  const query = ask_one ? single : newest;
  const grid = query.data;
  const run = wanted === undefined ? grid?.runs[0] : grid?.runs.find((each) => each.dag_run_id === wanted);
  return {
    runs: newest.data?.runs ?? [],
    grid,
    run,
    error: query.error,
    is_loading: query.isPending,
    retry: () => void query.refetch(),
  };
}
