// Gantt of a run: when each try was scheduled, queued and ran, and what determined the end.
import { useQuery } from '@tanstack/react-query';
import { useParams, useSearch } from '../../../app/navigation';
import { EmptyState, ErrorState, Loading } from '../../../ui/feedback';
import { ganttQuery, structureQuery } from '../queries';
import { RunSelect } from '../run_select';
import { useShownRun } from '../shown_run';
import { GanttView } from './gantt_view';
import { t } from './text';

export default function GanttPage() {
  const { dag_id = '', dag_run_id } = useParams();
  const search = useSearch();
  const shown = useShownRun(dag_id, dag_run_id, search.get('dag_run_id'));
  const { run } = shown;
  const enabled = run !== undefined;
  const structure = useQuery({ ...structureQuery(dag_id, run?.version_number ?? null), enabled });
  const tries = useQuery({ ...ganttQuery(dag_id, run?.dag_run_id ?? ''), enabled });

  if (shown.error !== null) return <ErrorState error={shown.error} onRetry={shown.retry} />;
  const select = dag_run_id === undefined && shown.runs.length > 0 && <RunSelect runs={shown.runs} />;
  if (!shown.is_loading && run === undefined) return <EmptyState title={t('no_runs')}>{t('no_runs_hint')}</EmptyState>;
  if (structure.error !== null) return <ErrorState error={structure.error} onRetry={() => void structure.refetch()} />;
  if (tries.error !== null) return <ErrorState error={tries.error} onRetry={() => void tries.refetch()} />;
  if (run === undefined || structure.data === undefined || tries.data === undefined) return <Loading rows={10} />;
  return <GanttView dag_id={dag_id} run={run} structure={structure.data} tries={tries.data.tries} tools={select} />;
}
