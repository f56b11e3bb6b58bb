// What an action will touch, asked of the server whenever a choice changes: no list is guessed by the page.
import { keepPreviousData, useQuery, type QueryKey } from '@tanstack/react-query';
import { t as say } from '../i18n/common_text';
import { FailureNotice, Loading } from '../ui/feedback';
import { StateBadge } from '../ui/state_badge';
import type { TaskInstanceBrief, Touched } from './calls';
import styles from './actions.module.css';
import { t } from './text';

export function usePreview(key: QueryKey, ask: (signal: AbortSignal) => Promise<Touched>) {
  return useQuery({
    queryKey: ['action_preview', ...key],
    queryFn: ({ signal }) => ask(signal),
    placeholderData: keepPreviousData,
    staleTime: 0,
    gcTime: 0,
    retry: false,
  });
}

const SHOWN = 200;

const keyOf = ({ dag_run_id, task_id, map_index }: TaskInstanceBrief): string =>
  `${dag_run_id} ${task_id} ${map_index}`;

/** Task instances by run, those of `dag_run_id` first. */
export function byRun(instances: readonly TaskInstanceBrief[], dag_run_id: string): [string, TaskInstanceBrief[]][] {
  const runs = new Map<string, TaskInstanceBrief[]>();
  for (const instance of instances) {
    const list = runs.get(instance.dag_run_id);
    if (list) list.push(instance);
    else runs.set(instance.dag_run_id, [instance]);
  }
  return [...runs].toSorted(([a], [b]) => Number(b === dag_run_id) - Number(a === dag_run_id));
}

interface PreviewProps {
  preview: ReturnType<typeof usePreview>;
  dag_run_id: string;
  /** Over the list: "12 task instances will be cleared". */
  title: (count: number) => string;
  nothing: string;
}

export function Preview({ preview, dag_run_id, title, nothing }: PreviewProps) {
  const { data, error, isPending } = preview;
  if (error) return <FailureNotice error={error} />;
  if (isPending) return <Loading rows={3} label={t('looking')} />;
  if (data.total_entries === 0) return <p className={styles.nothing}>{nothing}</p>;
  const shown = data.task_instances.slice(0, SHOWN);
  const more = data.total_entries - shown.length;
  return (
    <section aria-label={t('touches')} aria-busy={preview.isPlaceholderData}>
      <p className={styles.count} role="status">
        {title(data.total_entries)}
      </p>
      {/* Long lists scroll by the keyboard too. */}
      <div className={styles.list} tabIndex={0} role="group" aria-label={t('touches')}>
        {byRun(shown, dag_run_id).map(([run, instances]) => (
          <div key={run}>
            {(run !== dag_run_id || shown.length < data.total_entries) && <h3 className={styles.run}>{run}</h3>}
            <ul>
              {instances.map((instance) => (
                <li key={keyOf(instance)}>
                  <span className={styles.name}>
                    {instance.task_display_name}
                    {instance.map_index >= 0 && ` [${instance.map_index}]`}
                  </span>
                  <StateBadge state={instance.state} />
                </li>
              ))}
            </ul>
          </div>
        ))}
        {more > 0 && (
          <p className={styles.nothing}>{t('and_more', { more: say('task_instances', { count: more }) })}</p>
        )}
      </div>
    </section>
  );
}
