// Chooses the run that a view of a DAG shows; kept in the address.
import { useSearch } from '../../app/navigation';
import { shortTimeOf } from '../../app/zones';
import { Select } from '../../ui/field';
import { lookOf } from '../../ui/states';
import { t } from './graph/text';
import styles from './run_select.module.css';
import type { GridRun } from './queries';

export function RunSelect({ runs }: { runs: readonly GridRun[] }) {
  const search = useSearch();
  const chosen = search.get('dag_run_id') ?? '';
  const is_listed = chosen === '' || runs.some((run) => run.dag_run_id === chosen);
  return (
    <Select
      className={styles.select}
      aria-label={t('run')}
      value={chosen}
      onChange={(dag_run_id) => search.set({ dag_run_id })}
      options={[
        { value: '', label: t('newest_run') },
        ...(is_listed ? [] : [{ value: chosen, label: chosen }]),
        ...runs.map((run) => ({
          value: run.dag_run_id,
          label: `${shortTimeOf(run.run_after)} · ${lookOf(run.state).label} · ${run.dag_run_id}`,
        })),
      ]}
    />
  );
}
