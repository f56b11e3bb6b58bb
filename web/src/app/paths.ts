// The page's addresses, those of Airflow 3's page. Every link to a DAG, run or task instance is made here.
import { fillPath } from './routes';

type Search = Record<string, string | number | boolean | readonly string[] | null | undefined>;

/** A path with a query string; what is empty is left out. */
export function withSearch(path: string, search: Search = {}): string {
  const text = new URLSearchParams();
  for (const [name, value] of Object.entries(search)) {
    for (const one of Array.isArray(value) ? value : [value as Exclude<Search[string], readonly string[]>]) {
      if (one !== undefined && one !== null && one !== '') text.append(name, String(one));
    }
  }
  const query = text.toString();
  return query ? `${path}?${query}` : path;
}

export const dagsPath = (search: Search = {}): string => withSearch('/dags', search);

/** `tab`: '', 'graph', 'runs', …. */
export const dagPath = (dag_id: string, tab = '', search: Search = {}): string =>
  withSearch(fillPath(tab ? `/dags/$dag_id/${tab}` : '/dags/$dag_id', { dag_id }), search);

export const runPath = (dag_id: string, dag_run_id: string, tab = '', search: Search = {}): string =>
  withSearch(fillPath(`/dags/$dag_id/runs/$dag_run_id${tab && `/${tab}`}`, { dag_id, dag_run_id }), search);

/** `map_index` -1: not mapped. `tab`: '' is the log. */
export function taskPath(
  task: { dag_id: string; dag_run_id: string; task_id: string; map_index?: number },
  tab = '',
  search: Search = {},
): string {
  const { dag_id, dag_run_id, task_id, map_index = -1 } = task;
  const mapped = map_index >= 0 ? `/mapped/${map_index}` : '';
  const path = fillPath('/dags/$dag_id/runs/$dag_run_id/tasks/$task_id', { dag_id, dag_run_id, task_id });
  return withSearch(path + mapped + (tab && `/${tab}`), search);
}
