// Gantt's tools, its chart or its table.
import { ChevronsDownUp, ChevronsUpDown, ZoomIn, ZoomOut } from 'lucide-react';
import { useMemo, type ReactNode } from 'react';
import { useKeys } from '../../../app/keyboard';
import { useSearch } from '../../../app/navigation';
import { durationOf } from '../../../app/zones';
import { Button, IconButton } from '../../../ui/button';
import { EmptyState } from '../../../ui/feedback';
import { Checkbox, SearchInput, Segments } from '../../../ui/field';
import { Toolbar } from '../../../ui/layout';
import { useNow } from '../../../ui/time';
import { openFrom, toSearch } from '../graph/open_groups';
import type { Structure } from '../graph/structure';
import { groupsOf } from '../graph/visible_graph';
import type { GridRun } from '../queries';
import { Chart } from './chart';
import styles from './gantt.module.css';
import { Legend } from './legend';
import { isWhole, padded, panned, rangeFrom, zoomed } from './range';
import { t } from './text';
import { criticalPath, mappedRowId, rowsOf, spanOf, type Span, type Try } from './tries';
import { TriesTable } from './tries_table';

export interface GanttViewProps {
  dag_id: string;
  run: GridRun;
  structure: Structure;
  tries: Try[];
  tools: ReactNode;
}

const ZOOM_STEP = 0.6;
const PAN_STEP = 0.25;

/** Now, moving each second while the run goes on; its end otherwise. */
function Clocked(props: GanttViewProps) {
  return <Drawn {...props} now={useNow()} />;
}

export function GanttView(props: GanttViewProps) {
  const { end_date } = props.run;
  const is_going = end_date === null || props.tries.some((each) => each.start_date !== null && each.end_date === null);
  return is_going ? <Clocked {...props} /> : <Drawn {...props} now={null} />;
}

function useFolding(structure: Structure, tries: Try[]) {
  const search = useSearch();
  const foldable = useMemo(() => {
    const mapped = new Set(tries.flatMap((each) => (each.map_index >= 0 ? [mappedRowId(each.task_id)] : [])));
    return { groups: [...groupsOf(structure.root).keys()], mapped: [...mapped] };
  }, [structure, tries]);
  const value = JSON.stringify(search.all('open'));
  const all = useMemo(() => [...foldable.groups, ...foldable.mapped], [foldable]);
  const open = useMemo(() => {
    const asked = JSON.parse(value) as string[];
    // Without a wish, groups are open as in the graph, and mapped tasks are one row each.
    return openFrom(asked, asked.length === 0 ? foldable.groups : all, Object.keys(structure.tasks).length);
  }, [value, foldable, all, structure]);
  const set = (next: ReadonlySet<string>) => search.set({ open: toSearch(next, all) });
  const toggle = (id: string) => {
    const next = new Set(open);
    if (!next.delete(id)) next.add(id);
    set(next);
  };
  return { open, all, toggle, openAll: () => set(new Set(all)), foldAll: () => set(new Set()) };
}

function PathLine({ path, tries }: { path: string[]; tries: Map<string, Try> }) {
  const steps = path.flatMap((key) => tries.get(key) ?? []);
  const [first] = steps;
  const last = steps.at(-1);
  if (first === undefined || last === undefined) return null;
  const begin = first.scheduled_when ?? first.queued_when ?? first.start_date;
  const whole = (Date.parse(last.end_date ?? '') - Date.parse(begin ?? '')) / 1000;
  const running = steps.reduce((sum, each) => {
    return each.start_date === null || each.end_date === null
      ? sum
      : sum + (Date.parse(each.end_date) - Date.parse(each.start_date)) / 1000;
  }, 0);
  const names = steps.map((each) =>
    each.map_index < 0 ? each.task_id : `${each.task_id} [${String(each.map_index)}]`,
  );
  return (
    <p className={styles.path}>
      <b>{t('critical_path')}</b> {names.filter((name, i) => name !== names[i - 1]).join(' → ')}
      <span>{t('path_lengths', { whole: durationOf(whole), running: durationOf(running) })}</span>
    </p>
  );
}

function Drawn({ dag_id, run, structure, tries, tools, now }: GanttViewProps & { now: number | null }) {
  const search = useSearch();
  const is_table = search.get('view') === 'table';
  const q = (search.get('q') ?? '').toLowerCase();
  const show_path = search.get('critical') !== 'false';
  const folding = useFolding(structure, tries);
  const end = now ?? Date.parse(run.end_date ?? '');

  const found = useMemo(() => {
    const isNamed = (each: Try) =>
      `${each.task_id}\n${structure.tasks[each.task_id]?.display_name ?? ''}`.toLowerCase().includes(q);
    return q === '' ? tries : tries.filter(isNamed);
  }, [tries, q, structure]);
  const rows = useMemo(() => {
    const all = rowsOf(structure, found, (id) => q !== '' || folding.open.has(id));
    return q === '' ? all : all.filter((row) => row.tries.length > 0);
  }, [structure, found, folding.open, q]);
  const path = useMemo(() => criticalPath(structure, tries), [structure, tries]);
  const by_key = useMemo(
    () => new Map(tries.map((each) => [`${each.task_id} ${each.map_index} ${each.try_number}`, each])),
    [tries],
  );

  const span = spanOf(tries, end);
  const whole: Span = padded(span ?? { from: end - 1000, to: end });
  const range = rangeFrom(search.get('from'), search.get('to'), whole);
  const setRange = (next: Span) => {
    const iso = (at: number) => new Date(at).toISOString();
    search.set(isWhole(next, whole) ? { from: null, to: null } : { from: iso(next.from), to: iso(next.to) });
  };
  const zoom = (factor: number, anchor = 0.5) => setRange(zoomed(range, factor, anchor, whole));
  const pan = (share: number) => setRange(panned(range, share, whole));
  useKeys([
    { keys: '+', label: t('zoom_in'), group: t('gantt'), run: () => zoom(ZOOM_STEP) },
    { keys: '-', label: t('zoom_out'), group: t('gantt'), run: () => zoom(1 / ZOOM_STEP) },
    { keys: '0', label: t('whole'), group: t('gantt'), run: () => setRange(whole) },
    { keys: '[', label: t('earlier'), group: t('gantt'), run: () => pan(-PAN_STEP) },
    { keys: ']', label: t('later'), group: t('gantt'), run: () => pan(PAN_STEP) },
  ]);

  return (
    <div className={styles.view}>
      <Toolbar label={t('tools')}>
        {tools}
        <SearchInput
          label={t('find_task')}
          value={search.get('q') ?? ''}
          onChange={(text) => search.set({ q: text })}
        />
        <Segments
          label={t('view')}
          value={is_table ? 'table' : 'chart'}
          onChange={(view) => search.set({ view: view === 'chart' ? null : view })}
          options={[
            { value: 'chart', label: t('chart') },
            { value: 'table', label: t('table') },
          ]}
        />
        {!is_table && (
          <>
            <IconButton label={t('zoom_in')} icon={ZoomIn} onClick={() => zoom(ZOOM_STEP)} />
            <IconButton label={t('zoom_out')} icon={ZoomOut} onClick={() => zoom(1 / ZOOM_STEP)} />
            {!isWhole(range, whole) && <Button onClick={() => setRange(whole)}>{t('whole')}</Button>}
            {folding.all.length > 0 && (
              <>
                <IconButton label={t('unfold_all')} icon={ChevronsUpDown} onClick={folding.openAll} />
                <IconButton label={t('fold_all')} icon={ChevronsDownUp} onClick={folding.foldAll} />
              </>
            )}
            {path.length > 0 && (
              <Checkbox checked={show_path} onChange={(on) => search.set({ critical: on ? null : 'false' })}>
                {t('critical_path')}
              </Checkbox>
            )}
          </>
        )}
      </Toolbar>
      {span === null && <EmptyState title={t('nothing_ran')}>{t('nothing_ran_hint')}</EmptyState>}
      {span !== null && is_table && (
        <TriesTable dag_id={dag_id} run={run} structure={structure} tries={found} path={path} />
      )}
      {span !== null && !is_table && (
        <>
          {show_path && path.length > 1 && <PathLine path={path} tries={by_key} />}
          <Legend />
          <Chart
            dag_id={dag_id}
            dag_run_id={run.dag_run_id}
            rows={rows}
            range={range}
            now={end}
            is_going={now !== null}
            path={show_path ? path : []}
            onToggle={folding.toggle}
            onZoom={zoom}
            onPan={pan}
            onRange={setRange}
          />
        </>
      )}
    </div>
  );
}
