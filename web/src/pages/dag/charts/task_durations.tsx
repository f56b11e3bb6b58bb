// Tasks as lines over the runs: those that one chose, or the slowest; or each in a small chart of its own.
import { ListFilter } from 'lucide-react';
import { useState } from 'react';
import { useNavigate, useSearch } from '../../../app/navigation';
import { runPath, taskPath } from '../../../app/paths';
import { durationOf, shortTimeOf } from '../../../app/zones';
import { Button } from '../../../ui/button';
import { Lines, LineSample, type Series } from '../../../ui/charts/lines';
import { Plot } from '../../../ui/charts/plot';
import { EmptyState } from '../../../ui/feedback';
import { Checkbox, SearchInput, Segments } from '../../../ui/field';
import { Card } from '../../../ui/layout';
import { Popover } from '../../../ui/overlay';
import styles from './charts.module.css';
import type { Durations, SlowTask } from './durations';
import { t } from './text';

export interface TaskChartProps {
  dag_id: string;
  shown: Durations;
  slow: SlowTask[];
  onRange: (from: number, to: number) => void;
}

const USUAL_LINES = 5;
const MOST_SMALL = 24;
const MOST_OFFERED = 200;

/** The tasks of the address, or the slowest. */
export function useChosenTasks(slow: SlowTask[]): { chosen: string[]; is_usual: boolean } {
  const asked = useSearch().all('task');
  if (asked.length > 0) return { chosen: asked, is_usual: false };
  return { chosen: slow.slice(0, USUAL_LINES).map((task) => task.task_id), is_usual: true };
}

function TaskChoice({ slow, chosen }: { slow: SlowTask[]; chosen: string[] }) {
  const search = useSearch();
  const [q, setQ] = useState('');
  const found = slow.filter(({ task_id, display_name }) =>
    `${task_id} ${display_name}`.toLowerCase().includes(q.toLowerCase()),
  );
  const toggle = (task_id: string, on: boolean) =>
    search.set({ task: on ? [...chosen, task_id] : chosen.filter((each) => each !== task_id) });
  return (
    <Popover trigger={<Button icon={ListFilter}>{t('choose_tasks')}</Button>} label={t('choose_tasks')}>
      <div className={styles.choice}>
        <SearchInput label={t('find_task')} value={q} onChange={setQ} />
        <Button small onClick={() => search.set({ task: null })}>
          {t('slowest_only')}
        </Button>
        <ul>
          {found.slice(0, MOST_OFFERED).map(({ task_id, display_name, median }) => (
            <li key={task_id}>
              <Checkbox checked={chosen.includes(task_id)} onChange={(on) => toggle(task_id, on)}>
                {display_name} <small>{durationOf(median)}</small>
              </Checkbox>
            </li>
          ))}
        </ul>
        {found.length > MOST_OFFERED && <p>{t('more_tasks', { count: found.length - MOST_OFFERED })}</p>}
      </div>
    </Popover>
  );
}

export function SeriesLegend({ series }: { series: readonly Series[] }) {
  return (
    <ul className={styles.legend}>
      {series.map(({ id, label }, look) => (
        <li key={id}>
          <LineSample look={look} />
          {label}
        </li>
      ))}
    </ul>
  );
}

export const longestOf = (series: readonly Series[]) =>
  series.reduce(
    (most, { values }) => values.reduce<number>((longest, value) => Math.max(longest, value ?? 0), most),
    0,
  );

/** "2026-03-01 12:00: load 2 s, store 1 s" */
export function valuesInWords(series: readonly Series[], at: string, place: number): string {
  const parts = series.map(({ label, values }) => {
    const value = values[place] ?? null;
    return `${label} ${value === null ? '–' : durationOf(value)}`;
  });
  return `${shortTimeOf(at)}: ${parts.join(', ')}`;
}

function SmallCharts({ dag_id, shown, series }: Pick<TaskChartProps, 'dag_id' | 'shown'> & { series: Series[] }) {
  const navigate = useNavigate();
  return (
    <div className={styles.small}>
      {series.map((one) => (
        <section key={one.id}>
          <h3>{one.label}</h3>
          <Plot
            small
            height={110}
            label={t('task_durations_label', { count: shown.runs.length, tasks: one.label })}
            count={shown.runs.length}
            longest={longestOf([one])}
            placeLabel={(place) => (place === 0 ? shortTimeOf(shown.runs[0]?.run_after ?? '') : '')}
            reading={(place) => valuesInWords([one], shown.runs[place]?.run_after ?? '', place)}
            onOpen={(place) => {
              const run = shown.runs[place];
              if (run !== undefined) navigate(taskPath({ dag_id, dag_run_id: run.dag_run_id, task_id: one.id }));
            }}
          >
            {(scales) => <Lines series={[one]} scales={scales} looks={() => 0} />}
          </Plot>
        </section>
      ))}
    </div>
  );
}

export function TaskDurationsCard({ dag_id, shown, slow, onRange }: TaskChartProps) {
  const search = useSearch();
  const navigate = useNavigate();
  const { chosen, is_usual } = useChosenTasks(slow);
  const is_small = search.get('tasks') === 'small';
  const wanted = is_small && is_usual ? slow.slice(0, MOST_SMALL).map((task) => task.task_id) : chosen;
  const series = wanted.flatMap((task_id): Series[] => {
    const task = shown.tasks.find((each) => each.task_id === task_id);
    return task === undefined ? [] : [{ id: task_id, label: task.display_name, values: task.seconds }];
  });
  return (
    <Card
      title={is_usual ? t('task_durations_slowest') : t('task_durations')}
      actions={
        <>
          <Segments
            label={t('tasks_as')}
            value={is_small ? 'small' : 'lines'}
            onChange={(value) => search.set({ tasks: value === 'lines' ? null : value })}
            options={[
              { value: 'lines', label: t('lines') },
              { value: 'small', label: t('small_charts') },
            ]}
          />
          <TaskChoice slow={slow} chosen={chosen} />
        </>
      }
    >
      {series.length === 0 && <EmptyState title={t('no_task_ran')}>{t('no_task_ran_hint')}</EmptyState>}
      {series.length > 0 && is_small && <SmallCharts dag_id={dag_id} shown={shown} series={series} />}
      {series.length > 0 && !is_small && (
        <>
          <SeriesLegend series={series} />
          <Plot
            label={t('task_durations_label', {
              count: shown.runs.length,
              tasks: series.map(({ label }) => label).join(', '),
            })}
            count={shown.runs.length}
            longest={longestOf(series)}
            placeLabel={(place) => shortTimeOf(shown.runs[place]?.run_after ?? '')}
            reading={(place) => valuesInWords(series, shown.runs[place]?.run_after ?? '', place)}
            hint={t('hint')}
            onOpen={(place) =>
              shown.runs[place] !== undefined && navigate(runPath(dag_id, shown.runs[place].dag_run_id))
            }
            onRange={onRange}
          >
            {(scales) => (
              <Lines series={series} scales={scales} looks={(id) => series.findIndex((one) => one.id === id)} />
            )}
          </Plot>
        </>
      )}
    </Card>
  );
}
