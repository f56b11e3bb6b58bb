// A DAG as GET /gale/dags tells it, and what an event changes of it.
import type { Schemas } from '../../api/client';
import type { Change } from '../../api/event_stream';

export type Dag = Schemas['GaleDag'];
export type DagPage = Schemas['GaleDagList'];

export const RUNS_SHOWN = 10;
const is_active = (state: string) => state === 'queued' || state === 'running';

function patchDag(dag: Dag, change: Change): Dag {
  const told = change.dags.find((each) => each.dag_id === dag.dag_id);
  const runs = change.dag_runs.filter((run) => run.dag_id === dag.dag_id);
  if (!told && runs.length === 0) return dag;
  const strip = new Map(dag.latest_dag_runs.map((run) => [run.dag_run_id, run]));
  let { active_runs } = dag;
  for (const run of runs) {
    const before = strip.get(run.dag_run_id);
    active_runs += Number(is_active(run.state)) - Number(before !== undefined && is_active(before.state));
    const { dag_run_id, state, run_type, run_after, start_date, end_date } = run;
    strip.set(run.dag_run_id, { dag_run_id, state, run_type, run_after, start_date, end_date });
  }
  return {
    ...dag,
    ...(told && { is_paused: told.is_paused, is_stale: told.is_stale, has_import_errors: told.has_import_errors }),
    active_runs: Math.max(0, active_runs),
    latest_dag_runs: [...strip.values()]
      .toSorted((a, b) => Date.parse(b.run_after) - Date.parse(a.run_after))
      .slice(0, RUNS_SHOWN),
  };
}

/** The same object when the change is about none of its DAGs. */
export function patchPage(page: DagPage, change: Change): DagPage {
  const dags = page.dags.map((dag) => patchDag(dag, change));
  return dags.every((dag, at) => dag === page.dags[at]) ? page : { ...page, dags };
}
