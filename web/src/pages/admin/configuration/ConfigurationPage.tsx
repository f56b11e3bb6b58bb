import { useQuery } from '@tanstack/react-query';
import { EyeOff, SearchX } from 'lucide-react';
import { call } from '../../../api/client';
import { asFailure } from '../../../api/failure';
import { useSearch } from '../../../app/navigation';
import { Button } from '../../../ui/button';
import { Checkbox, SearchInput } from '../../../ui/field';
import { EmptyState, ErrorState, Loading } from '../../../ui/feedback';
import { Card, Page, Tag, Toolbar } from '../../../ui/layout';
import { Table, type Column } from '../../../ui/table';
import styles from '../admin.module.css';
import { t, wordFor } from '../text';
import { fitting, HIDDEN, type Setting } from './configuration';

const columns = (): Column<Setting>[] => [
  {
    id: 'key',
    label: t('option'),
    width: '32%',
    narrow: 'title',
    cell: (option) => <span className={styles.name}>{option.key}</span>,
  },
  {
    id: 'value',
    label: t('value'),
    cell: (option) =>
      option.value === HIDDEN ? (
        <span className={styles.muted}>{t('hidden_value')}</span>
      ) : (
        <code>{option.value || t('empty_value')}</code>
      ),
  },
  {
    id: 'source',
    label: t('source'),
    width: '12rem',
    cell: (option) =>
      option.source === 'default' ? (
        <span className={styles.muted}>{t('source_default')}</span>
      ) : (
        <Tag>{wordFor('source', option.source)}</Tag>
      ),
  },
];

export default function ConfigurationPage() {
  const search = useSearch();
  const q = search.get('q') ?? '';
  const changed = search.flag('changed');
  const query = useQuery({
    queryKey: ['configuration'],
    queryFn: ({ signal }) => call('get', '/gale/config', { signal }),
    retry: false,
  });
  const hidden = query.error && asFailure(query.error).status === 403;
  const sections = fitting(query.data?.sections ?? [], q, changed);
  return (
    <Page title={t('configuration')}>
      {!hidden && (
        <Toolbar label={t('filters')}>
          <div className={styles.search}>
            <SearchInput value={q} onChange={(text) => search.set({ q: text })} label={t('search_configuration')} />
          </div>
          <Checkbox checked={changed} onChange={(on) => search.set({ changed: on })}>
            {t('only_set')}
          </Checkbox>
        </Toolbar>
      )}
      {hidden ? (
        <EmptyState icon={EyeOff} title={t('config_hidden')}>
          {t.rich('config_hidden_hint', { setting: <code>[api] expose_config</code> })}
        </EmptyState>
      ) : query.error ? (
        <ErrorState error={query.error} onRetry={() => void query.refetch()} />
      ) : !query.data ? (
        <Loading />
      ) : sections.length === 0 ? (
        <EmptyState
          icon={SearchX}
          title={t('nothing_fits')}
          action={<Button onClick={() => search.set({ q: null, changed: null })}>{t('reset')}</Button>}
        >
          {t('nothing_fits_hint')}
        </EmptyState>
      ) : (
        sections.map((section) => (
          <Card key={section.name} title={`[${section.name}]`} flush>
            <Table label={section.name} columns={columns()} rows={section.options} rowKey={(option) => option.key} />
          </Card>
        ))
      )}
    </Page>
  );
}
