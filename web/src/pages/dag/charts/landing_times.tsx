// Landing times: how long after the end of its data interval the run, and the chosen tasks, were done.
import { useNavigate } from '../../../app/navigation';
import { runPath } from '../../../app/paths';
import { shortTimeOf } from '../../../app/zones';
import { Lines, type Series } from '../../../ui/charts/lines';
import { Plot } from '../../../ui/charts/plot';
import { EmptyState } from '../../../ui/feedback';
import { Card } from '../../../ui/layout';
import { longestOf, SeriesLegend, useChosenTasks, valuesInWords, type TaskChartProps } from './task_durations';
import { t } from './text';

const RUN = '';

export function LandingTimes({ dag_id, shown, slow, onRange }: TaskChartProps) {
  const navigate = useNavigate();
  const { chosen } = useChosenTasks(slow);
  const { runs } = shown;
  const whole: Series = { id: RUN, label: t('whole_run'), values: runs.map((run) => run.landing_seconds) };
  const tasks = chosen.flatMap((task_id): Series[] => {
    const task = shown.tasks.find((each) => each.task_id === task_id);
    return task === undefined ? [] : [{ id: task_id, label: task.display_name, values: task.landing_seconds }];
  });
  const series = [whole, ...tasks].filter(({ values }) => values.some((value) => value !== null));
  return (
    <Card title={t('landing_times')}>
      {series.length === 0 ? (
        <EmptyState title={t('no_landing')}>{t('no_landing_hint')}</EmptyState>
      ) : (
        <>
          <SeriesLegend series={series} />
          <Plot
            label={t('landing_label', { count: runs.length })}
            count={runs.length}
            longest={longestOf(series)}
            placeLabel={(place) => shortTimeOf(runs[place]?.run_after ?? '')}
            reading={(place) => valuesInWords(series, runs[place]?.run_after ?? '', place)}
            hint={t('landing_hint')}
            onOpen={(place) => runs[place] !== undefined && navigate(runPath(dag_id, runs[place].dag_run_id))}
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
