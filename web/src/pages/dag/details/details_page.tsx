// All that is known of a DAG: its docs, its settings, its params.
import { useQuery } from '@tanstack/react-query';
import { dagQuery, type DagDetails } from '../../../api/queries/dag';
import { Link, useParams } from '../../../app/navigation';
import { dagPath } from '../../../app/paths';
import { JsonTree } from '../../../results/json_tree';
import { ErrorState, Loading } from '../../../ui/feedback';
import { Card, CopyButton, KeyValues, Tag } from '../../../ui/layout';
import { Markdown } from '../../../ui/markdown';
import { Table, type Column } from '../../../ui/table';
import { TimeText } from '../../../ui/time';
import { Owners } from '../frame/owners';
import styles from './details.module.css';
import { t } from './text';

const yesNo = (flag: boolean | null) => (flag === null ? t('not_set') : flag ? t('yes') : t('no'));
const Time = ({ value }: { value: string | null }) => <TimeText value={value} form="full" />;

function Schedule({ dag }: { dag: DagDetails }) {
  return (
    <Card title={t('schedule')}>
      <KeyValues
        items={[
          [t('timetable'), dag.timetable_summary ?? t('none')],
          [t('timetable_description'), dag.timetable_description ?? undefined],
          [t('timezone'), dag.timezone],
          [t('catchup'), yesNo(dag.catchup)],
          [t('start_date'), <Time key="start" value={dag.start_date} />],
          [t('end_date'), <Time key="end" value={dag.end_date} />],
          [t('next_run_after'), <Time key="after" value={dag.next_dagrun_run_after} />],
          [t('next_logical_date'), <Time key="logical" value={dag.next_dagrun_logical_date} />],
          [t('next_interval_start'), <Time key="from" value={dag.next_dagrun_data_interval_start} />],
          [t('next_interval_end'), <Time key="to" value={dag.next_dagrun_data_interval_end} />],
        ]}
      />
    </Card>
  );
}

function Limits({ dag }: { dag: DagDetails }) {
  return (
    <Card title={t('limits')}>
      <KeyValues
        items={[
          [t('max_active_runs'), dag.max_active_runs ?? t('not_set')],
          [t('max_active_tasks'), dag.max_active_tasks],
          [t('max_failed'), dag.max_consecutive_failed_dag_runs || t('not_set')],
          [t('active_runs'), dag.active_runs_count],
          [t('run_timeout'), dag.dag_run_timeout ?? t('not_set')],
          [t('is_paused'), yesNo(dag.is_paused)],
          [t('paused_at_creation'), yesNo(dag.is_paused_upon_creation)],
          [t('native_templates'), yesNo(dag.render_template_as_native_obj)],
        ]}
      />
    </Card>
  );
}

function File({ dag }: { dag: DagDetails }) {
  const version = dag.latest_dag_version?.version_number;
  return (
    <Card title={t('file')}>
      <KeyValues
        items={[
          [
            t('path'),
            <span key="path" className={styles.mono}>
              {dag.fileloc} <CopyButton text={dag.fileloc} />
            </span>,
          ],
          [
            t('version'),
            version !== undefined && (
              <Link key="version" to={dagPath(dag.dag_id, 'code', { version_number: version })}>
                {version}
              </Link>
            ),
          ],
          [t('parsed_at'), <Time key="parsed" value={dag.last_parsed_time} />],
          [t('parse_seconds'), dag.last_parse_duration?.toFixed(3) ?? undefined],
          [t('bundle'), dag.bundle_name],
          [t('is_stale'), yesNo(dag.is_stale)],
          [t('has_import_errors'), yesNo(dag.has_import_errors)],
        ]}
      />
    </Card>
  );
}

interface ParamRow {
  name: string;
  value: unknown;
  description: unknown;
  schema: Record<string, unknown>;
}

const params = (dag: DagDetails): ParamRow[] =>
  Object.entries(dag.params).map(([name, param]) => ({
    name,
    value: param.value,
    description: param.description,
    schema: param.schema,
  }));

const paramColumns = (): Column<ParamRow>[] => [
  { id: 'name', label: t('param'), width: '12rem', narrow: 'title', cell: ({ name }) => <b>{name}</b> },
  {
    id: 'value',
    label: t('default'),
    width: '30%',
    cell: ({ value }) => <code className={styles.mono}>{JSON.stringify(value)}</code>,
  },
  {
    id: 'type',
    label: t('type'),
    width: '10rem',
    cell: ({ schema }) => [schema.type ?? t('any_type')].flat().join(' | '),
  },
  {
    id: 'description',
    label: t('description'),
    cell: ({ description }) => (typeof description === 'string' ? description : '–'),
  },
];

export default function DetailsPage() {
  const { dag_id = '' } = useParams();
  const { data: dag, error, refetch } = useQuery(dagQuery(dag_id));
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (!dag) return <Loading />;
  const rows = params(dag);
  return (
    <>
      {dag.doc_md && (
        <Card title={t('docs')}>
          <Markdown text={dag.doc_md} />
        </Card>
      )}
      <Card>
        <KeyValues
          items={[
            [
              t('dag_id'),
              <span key="id" className={styles.mono}>
                {dag.dag_id} <CopyButton text={dag.dag_id} />
              </span>,
            ],
            [t('description'), dag.description ?? undefined],
            [t('owners'), <Owners key="owners" dag={{ ...dag, owner_links: dag.owner_links ?? null }} />],
            [
              t('tags'),
              dag.tags.length > 0 &&
                dag.tags.map(({ name }) => (
                  <span key={name}>
                    <Tag>{name}</Tag>{' '}
                  </span>
                )),
            ],
          ]}
        />
      </Card>
      <Schedule dag={dag} />
      <Limits dag={dag} />
      <File dag={dag} />
      <Card title={t('params')} flush={rows.length > 0}>
        {rows.length === 0 ? (
          <p className={styles.muted}>{t('no_params')}</p>
        ) : (
          <Table label={t('params')} columns={paramColumns()} rows={rows} rowKey={({ name }) => name} />
        )}
      </Card>
      {dag.default_args && (
        <Card title={t('default_args')}>
          <JsonTree value={dag.default_args} open={2} />
        </Card>
      )}
    </>
  );
}
