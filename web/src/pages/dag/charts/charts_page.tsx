// Charts of a DAG: how long runs and tasks take, when they land, what is slow and what fails.
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useParams, useSearch } from '../../../app/navigation';
import { Button } from '../../../ui/button';
import { EmptyState, ErrorState, Loading } from '../../../ui/feedback';
import { Segments, Select } from '../../../ui/field';
import { Card, Toolbar } from '../../../ui/layout';
import { durationsQuery, statesQuery } from '../queries';
import styles from './charts.module.css';
import { between, failingTasks, inOrderOfTime, slowestTasks } from './durations';
import { LandingTimes } from './landing_times';
import { FailingTable, RunsTable, SlowTable } from './lists';
import { RunDurations } from './run_durations';
import { TaskDurationsCard } from './task_durations';
import { t } from './text';

const LIMITS = ['25', '50', '100', '200', '365'];
const USUAL_LIMIT = '50';

export default function ChartsPage() {
  const { dag_id = '' } = useParams();
  const search = useSearch();
  const asked = search.get('limit') ?? USUAL_LIMIT;
  const limit = Number(LIMITS.includes(asked) ? asked : USUAL_LIMIT);
  const is_table = search.get('view') === 'table';
  const durations = useQuery({ ...durationsQuery(dag_id, limit), placeholderData: keepPreviousData });
  const grid = useQuery({ ...statesQuery(dag_id, { limit }), placeholderData: keepPreviousData });

  const from_run = search.get('from_run');
  const to_run = search.get('to_run');
  const all = useMemo(
    () => (durations.data === undefined ? undefined : inOrderOfTime(durations.data)),
    [durations.data],
  );
  const shown = useMemo(() => all && between(all, from_run, to_run), [all, from_run, to_run]);
  const slow = useMemo(() => (shown === undefined ? [] : slowestTasks(shown.tasks)), [shown]);
  const failing = useMemo(() => {
    if (grid.data === undefined || shown === undefined) return [];
    const runs = new Set(shown.runs.map((run) => run.dag_run_id));
    return failingTasks({ tasks: grid.data.tasks, runs: grid.data.runs.filter((run) => runs.has(run.dag_run_id)) });
  }, [grid.data, shown]);

  if (durations.error !== null) return <ErrorState error={durations.error} onRetry={() => void durations.refetch()} />;
  if (shown === undefined) return <Loading rows={8} />;
  if (shown.runs.length === 0) return <EmptyState title={t('no_runs')}>{t('no_runs_hint')}</EmptyState>;

  const is_part = shown !== all;
  const onRange = (from: number, to: number) =>
    search.set({
      from_run: shown.runs[from]?.dag_run_id ?? null,
      to_run: to === shown.runs.length - 1 && !is_part ? null : (shown.runs[to]?.dag_run_id ?? null),
    });
  return (
    <div className={styles.view}>
      <Toolbar label={t('tools')}>
        <Select
          className={styles.select}
          aria-label={t('limit')}
          value={String(limit)}
          onChange={(value) =>
            search.set({ limit: value === USUAL_LIMIT ? null : value, from_run: null, to_run: null })
          }
          options={LIMITS.map((value) => ({ value, label: t('newest_runs', { count: Number(value) }) }))}
        />
        <Segments
          label={t('view')}
          value={is_table ? 'table' : 'charts'}
          onChange={(view) => search.set({ view: view === 'charts' ? null : view })}
          options={[
            { value: 'charts', label: t('charts') },
            { value: 'table', label: t('table') },
          ]}
        />
        {is_part && (
          <>
            <span>{t('part_of', { count: shown.runs.length })}</span>
            <Button onClick={() => search.set({ from_run: null, to_run: null })}>{t('all_runs')}</Button>
          </>
        )}
      </Toolbar>
      {is_table ? (
        <Card title={t('run_durations')} flush>
          <RunsTable dag_id={dag_id} runs={shown.runs} />
        </Card>
      ) : (
        <>
          <RunDurations dag_id={dag_id} runs={shown.runs} onRange={onRange} />
          <TaskDurationsCard dag_id={dag_id} shown={shown} slow={slow} onRange={onRange} />
          <LandingTimes dag_id={dag_id} shown={shown} slow={slow} onRange={onRange} />
        </>
      )}
      <div className={styles.lists}>
        <Card title={t('slowest_tasks')} flush>
          <SlowTable tasks={slow} />
        </Card>
        <Card title={t('failing_tasks')} flush>
          {grid.error === null ? (
            <FailingTable dag_id={dag_id} tasks={failing} run_count={shown.runs.length} />
          ) : (
            <ErrorState error={grid.error} onRetry={() => void grid.refetch()} />
          )}
        </Card>
      </div>
    </div>
  );
}
