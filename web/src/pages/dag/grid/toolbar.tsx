// Which runs and tasks the grid shows. Everything here is in the address.
import { ChevronsDownUp, ChevronsUpDown, FilterX } from 'lucide-react';
import { useSearch } from '../../../app/navigation';
import { Button, IconButton } from '../../../ui/button';
import { Input, SearchInput, Select } from '../../../ui/field';
import { Toolbar } from '../../../ui/layout';
import { DAG_RUN_STATES, lookOf } from '../../../ui/states';
import { zone } from '../../../app/zones';
import { RUN_TYPES, runTypeLabel } from '../frame/run_type';
import { isFiltered, keepCount, RUN_COUNTS, type GridFilters } from './filters';
import styles from './grid.module.css';
import type { OpenRows } from './open_rows';
import { t } from './text';
import { endOfDay, dayOf } from './day';

export function GridToolbar({ filters, open_rows, shown, total }: GridToolbarProps) {
  const search = useSearch();
  return (
    <Toolbar label={t('tools')}>
      <div className={styles.find}>
        <SearchInput
          label={t('find_task')}
          placeholder={t('find_task')}
          value={search.get('task') ?? ''}
          onChange={(task) => search.set({ task })}
        />
      </div>
      <Select
        className={styles.pick}
        aria-label={t('runs')}
        value={String(filters.limit)}
        options={RUN_COUNTS.map((count) => ({ value: String(count), label: t('newest_runs', { count }) }))}
        onChange={(runs) => {
          keepCount(Number(runs));
          search.set({ runs });
        }}
      />
      <Select
        className={styles.pick}
        aria-label={t('run_state')}
        value={filters.state[0] ?? ''}
        options={[
          { value: '', label: t('any_state') },
          ...DAG_RUN_STATES.map((state) => ({ value: state, label: lookOf(state).label })),
        ]}
        onChange={(run_state) => search.set({ run_state })}
      />
      <Select
        className={styles.pick}
        aria-label={t('run_type')}
        value={filters.run_type[0] ?? ''}
        options={[
          { value: '', label: t('any_type') },
          ...RUN_TYPES.map((type) => ({ value: type, label: runTypeLabel(type) })),
        ]}
        onChange={(run_type) => search.set({ run_type })}
      />
      <label className={styles.until}>
        {t('until')}
        <Input
          type="date"
          value={filters.run_after_lte ? dayOf(filters.run_after_lte, zone()) : ''}
          onChange={(event) => search.set({ until: event.target.value ? endOfDay(event.target.value, zone()) : null })}
        />
      </label>
      {isFiltered(filters) && (
        <Button icon={FilterX} onClick={() => search.set({ run_state: null, run_type: null, until: null })}>
          {t('show_all')}
        </Button>
      )}
      {open_rows.groups.length > 0 && (
        <>
          <IconButton
            label={t('unfold_all')}
            icon={ChevronsUpDown}
            onClick={() => open_rows.set(new Set(open_rows.groups))}
          />
          <IconButton label={t('fold_all')} icon={ChevronsDownUp} onClick={() => open_rows.set(new Set())} />
        </>
      )}
      {total > 0 && <span className={styles.shown}>{t('of_all', { shown, total })}</span>}
    </Toolbar>
  );
}
interface GridToolbarProps {
  filters: GridFilters;
  open_rows: OpenRows;
  shown: number;
  total: number;
}
