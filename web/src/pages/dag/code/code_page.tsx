// Code of a DAG: a version of its file, or the difference of two.
import { useQuery } from '@tanstack/react-query';
import { GitCompare, WrapText } from 'lucide-react';
import { useParams, useSearch } from '../../../app/navigation';
import { timeOf } from '../../../app/zones';
import { IconButton } from '../../../ui/button';
import { EmptyState, ErrorState, Loading } from '../../../ui/feedback';
import { Select, Segments } from '../../../ui/field';
import { CopyButton, Toolbar } from '../../../ui/layout';
import { sourceQuery, statesQuery, versionsQuery, type DagVersions } from '../queries';
import styles from './code.module.css';
import { CodeView } from './code_view';
import { DiffView } from './diff_view';
import { t } from './text';

type Version = DagVersions['dag_versions'][number];

const numberOf = (text: string | undefined): number | null =>
  text !== undefined && /^\d+$/.test(text) ? Number(text) : null;

function VersionSelect({ label, value, versions, onChange }: VersionSelectProps) {
  return (
    <Select
      className={styles.select}
      aria-label={label}
      value={String(value)}
      onChange={(text) => onChange(Number(text))}
      options={versions.map(({ version_number, created_at }) => ({
        value: String(version_number),
        label: t('version', { version_number, time: timeOf(created_at) }),
      }))}
    />
  );
}
interface VersionSelectProps {
  label: string;
  value: number;
  versions: readonly Version[];
  onChange: (version_number: number) => void;
}

/** The versions to choose from, and which is shown: the address', the run's, or the newest. */
function useVersion(dag_id: string, dag_run_id: string | undefined) {
  const search = useSearch();
  const versions = useQuery(versionsQuery(dag_id));
  const run = useQuery({ ...statesQuery(dag_id, { limit: 1, dag_run_id }), enabled: dag_run_id !== undefined });
  const of_run = run.data?.runs.find((each) => each.dag_run_id === dag_run_id)?.version_number ?? null;
  const list = versions.data?.dag_versions ?? [];
  const asked = numberOf(search.get('version_number'));
  const newest = list[0]?.version_number ?? null;
  const is_waiting = versions.isPending || (dag_run_id !== undefined && run.isPending);
  return { list, version: asked ?? of_run ?? newest, is_waiting, error: versions.error, retry: versions.refetch };
}

export default function CodePage() {
  const { dag_id = '', dag_run_id } = useParams();
  const search = useSearch();
  const { list, version, is_waiting, error, retry } = useVersion(dag_id, dag_run_id);
  const before = list.find((each) => version !== null && each.version_number < version)?.version_number ?? null;
  const asked = numberOf(search.get('compare'));
  const is_diff = search.get('view') === 'diff' && version !== null;
  const compared = asked ?? before ?? version;
  const is_side = search.get('diff') !== 'unified';
  const wrap = search.flag('wrap');

  const enabled = !is_waiting && version !== null;
  const source = useQuery({ ...sourceQuery(dag_id, version), enabled });
  const old = useQuery({ ...sourceQuery(dag_id, compared), enabled: enabled && is_diff });
  const failed = error ?? source.error ?? (is_diff ? old.error : null);

  if (failed !== null)
    return <ErrorState error={failed} onRetry={() => void (error === null ? source.refetch() : retry())} />;
  if (!is_waiting && version === null) return <EmptyState title={t('no_versions')}>{t('no_versions_hint')}</EmptyState>;
  if (source.data === undefined || version === null || (is_diff && old.data === undefined))
    return <Loading rows={12} />;
  const text = source.data.content ?? '';
  return (
    <div className={styles.view}>
      <Toolbar label={t('tools')}>
        <Segments
          label={t('view')}
          value={is_diff ? 'diff' : 'code'}
          onChange={(view) => search.set({ view: view === 'code' ? null : view, line: null })}
          options={[
            { value: 'code', label: t('code') },
            { value: 'diff', label: t('difference') },
          ]}
        />
        {is_diff && compared !== null && (
          <>
            <VersionSelect
              label={t('old_version')}
              value={compared}
              versions={list}
              onChange={(version_number) => search.set({ compare: version_number })}
            />
            <GitCompare aria-hidden className={styles.between} />
          </>
        )}
        <VersionSelect
          label={is_diff ? t('new_version') : t('shown_version')}
          value={version}
          versions={list}
          onChange={(version_number) => search.set({ version_number, line: null })}
        />
        {is_diff && (
          <Segments
            label={t('diff_as')}
            value={is_side ? 'side' : 'unified'}
            onChange={(value) => search.set({ diff: value === 'side' ? null : value })}
            options={[
              { value: 'side', label: t('side_by_side') },
              { value: 'unified', label: t('unified') },
            ]}
          />
        )}
        <IconButton label={t('wrap')} icon={WrapText} pressed={wrap} onClick={() => search.set({ wrap: !wrap })} />
        <CopyButton text={text} label={t('copy')} />
      </Toolbar>
      {is_diff ? (
        <DiffView
          before={old.data?.content ?? ''}
          after={text}
          is_side={is_side}
          wrap={wrap}
          is_alone={list.length < 2}
        />
      ) : (
        <CodeView key={`${dag_id} ${version}`} text={text} wrap={wrap} />
      )}
    </div>
  );
}
