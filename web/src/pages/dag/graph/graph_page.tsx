// Graph of a DAG (its newest or a chosen run's states) or of a run.
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useParams, useSearch } from '../../../app/navigation';
import { EmptyState, ErrorState, Loading } from '../../../ui/feedback';
import { structureQuery } from '../queries';
import { useShownRun } from '../shown_run';
import { GraphView } from './graph_view';
import { startLayouts } from './layout';
import type { Structure } from './structure';
import { looksOf } from './task_states';
import { t } from './text';

// As soon as this page's file is there: on a hover, before the click.
startLayouts();

export default function GraphPage() {
  const { dag_id = '', dag_run_id } = useParams();
  const search = useSearch();
  const asked = search.get('dag_run_id');
  const shown = useShownRun(dag_id, dag_run_id, asked);
  // A run that one looks at is drawn as it was; without one, the DAG as it is now.
  const is_of_run = dag_run_id !== undefined || asked !== undefined;
  const version = is_of_run ? (shown.run?.version_number ?? null) : null;
  const structure = useQuery({ ...structureQuery(dag_id, version), enabled: !is_of_run || !shown.is_loading });
  const looks = useMemo(
    () => (shown.grid === undefined ? new Map() : looksOf(shown.grid, shown.run)),
    [shown.grid, shown.run],
  );

  if (shown.error !== null) return <ErrorState error={shown.error} onRetry={shown.retry} />;
  if (structure.error !== null) return <ErrorState error={structure.error} onRetry={() => void structure.refetch()} />;
  if (structure.data === undefined || shown.is_loading) return <Loading rows={8} />;
  if (Object.keys(structure.data.tasks).length === 0)
    return <EmptyState title={t('no_tasks')}>{t('no_tasks_hint')}</EmptyState>;
  return (
    <GraphView
      dag_id={dag_id}
      structure={structure.data satisfies Structure}
      looks={looks}
      run={shown.run}
      runs={dag_run_id === undefined ? shown.runs : null}
    />
  );
}
