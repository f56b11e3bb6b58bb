// What narrows the list of runs. All of it is in the address.
import { SlidersHorizontal, X } from 'lucide-react';
import { useSearch } from '../../../app/navigation';
import { Button } from '../../../ui/button';
import { Field, FieldGrid, Input, SearchInput, Select } from '../../../ui/field';
import { Toolbar } from '../../../ui/layout';
import { Popover } from '../../../ui/overlay';
import { DAG_RUN_STATES, t as state } from '../../../ui/states';
import { RUN_TYPES, runTypeLabel } from '../frame/run_type';
import { isFiltered, NO_FILTERS, type RunFilters } from './filters';
import styles from './runs.module.css';
import { t } from './text';

export function FilterBar({ filters }: { filters: RunFilters }) {
  const search = useSearch();
  // Another filter begins at the first page.
  const set = (change: Record<string, string>) => search.set({ ...change, offset: null });
  const more = [filters.user, filters.conf, filters.version, filters.from, filters.to].filter(Boolean).length;
  const field = (name: 'user' | 'conf' | 'version' | 'from' | 'to', type: 'text' | 'date' | 'number') => (
    <Field label={t(`filter_${name}`)}>
      {(parts) => (
        <Input
          {...parts}
          type={type}
          min={type === 'number' ? 1 : undefined}
          value={filters[name]}
          onChange={(event) => set({ [name]: event.target.value })}
        />
      )}
    </Field>
  );
  return (
    <Toolbar label={t('filters')}>
      <div className={styles.search}>
        <SearchInput label={t('search')} value={filters.q} onChange={(q) => set({ q })} />
      </div>
      <Select
        className={styles.select ?? ''}
        aria-label={t('state')}
        value={filters.state}
        options={[
          { value: '', label: t('any_state') },
          ...DAG_RUN_STATES.map((name) => ({ value: name, label: state(name) })),
        ]}
        onChange={(value) => set({ state: value })}
      />
      <Select
        className={styles.select ?? ''}
        aria-label={t('run_type')}
        value={filters.run_type}
        options={[
          { value: '', label: t('any_type') },
          ...RUN_TYPES.map((name) => ({ value: name, label: runTypeLabel(name) })),
        ]}
        onChange={(value) => set({ run_type: value })}
      />
      <Popover
        align="start"
        label={t('more_filters')}
        trigger={
          <Button icon={SlidersHorizontal}>
            {t('more_filters')}
            {more > 0 && ` (${more})`}
          </Button>
        }
      >
        <div className={styles.more}>
          <FieldGrid>
            {field('user', 'text')}
            {field('conf', 'text')}
            {field('version', 'number')}
            {field('from', 'date')}
            {field('to', 'date')}
          </FieldGrid>
        </div>
      </Popover>
      {isFiltered(filters) && (
        <Button variant="quiet" icon={X} onClick={() => search.set(NO_FILTERS)}>
          {t('reset_filters')}
        </Button>
      )}
    </Toolbar>
  );
}
