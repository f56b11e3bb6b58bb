// The graph with its tools: run, direction, folding, search, states, list; and what is known of the selected task.
import { ChevronsDownUp, ChevronsUpDown } from 'lucide-react';
import { useCallback, useEffect, useMemo, useState } from 'react';
import { useNavigate, useSearch } from '../../../app/navigation';
import { taskPath } from '../../../app/paths';
import { Button } from '../../../ui/button';
import { ErrorState, Loading } from '../../../ui/feedback';
import { SearchInput, Segments } from '../../../ui/field';
import { Toolbar } from '../../../ui/layout';
import type { GridRun } from '../queries';
import { RunSelect } from '../run_select';
import { Canvas } from './canvas';
import { TaskDetail } from './detail';
import type { Direction } from './elk_graph';
import styles from './graph.module.css';
import { LooksStore, PLAIN, type NodeLook } from './looks_store';
import { useOpenGroups } from './open_groups';
import { StateFilter } from './state_filter';
import type { Structure } from './structure';
import { TaskList } from './task_list';
import { countStates, worstOf, type TaskLooks } from './task_states';
import { t } from './text';
import { useLayout } from './use_layout';
import { groupsOf, taskIdsOf } from './visible_graph';
import { relatedTo } from './walk';

export interface GraphViewProps {
  dag_id: string;
  structure: Structure;
  looks: TaskLooks;
  run: GridRun | undefined;
  /** Null: the page is a run's, there is nothing to choose. */
  runs: GridRun[] | null;
}

/** The tasks that the search and the states' filter leave; null without either. */
function foundTasks(structure: Structure, looks: TaskLooks, q: string, states: readonly string[]): Set<string> | null {
  if (q === '' && states.length === 0) return null;
  const text = q.toLowerCase();
  return new Set(
    Object.entries(structure.tasks).flatMap(([task_id, { display_name, operator_name }]) => {
      const is_named = [task_id, display_name, operator_name].some((name) => name.toLowerCase().includes(text));
      const is_in_state = states.length === 0 || states.includes(looks.get(task_id)?.state ?? '');
      return is_named && is_in_state ? [task_id] : [];
    }),
  );
}

function useNodeLooks(
  structure: Structure,
  looks: TaskLooks,
  found: Set<string> | null,
  selected: string | null,
  current: string,
): LooksStore {
  const [store] = useState(() => new LooksStore());
  const groups = useMemo(
    () => [...groupsOf(structure.root)].map(([id, group]) => ({ id, task_ids: taskIdsOf(group) })),
    [structure],
  );
  const related = useMemo(
    () => (selected !== null && selected in structure.tasks ? relatedTo(structure, selected) : null),
    [structure, selected],
  );
  const nodes = useMemo(() => {
    const all = new Map<string, NodeLook>();
    const add = (id: string, task_ids: readonly string[], more: Pick<NodeLook, 'state' | 'counts'>) => {
      const some = (set: ReadonlySet<string> | null | undefined) =>
        set?.size !== 0 && task_ids.some((each) => set?.has(each));
      all.set(id, {
        ...PLAIN,
        ...more,
        is_selected: id === selected,
        holds_selected: selected !== null && task_ids.includes(selected),
        is_upstream: some(related?.upstream),
        is_downstream: some(related?.downstream),
        is_found: some(found),
        is_current: id === current,
      });
    };
    for (const task_id of Object.keys(structure.tasks)) {
      const look = looks.get(task_id);
      add(task_id, [task_id], { state: look?.state, counts: look?.mapped ?? null });
    }
    for (const { id, task_ids } of groups) {
      const counts = countStates(looks, task_ids);
      add(id, task_ids, { state: worstOf(counts), counts });
    }
    return all;
  }, [structure, groups, looks, found, selected, current, related]);
  useEffect(() => store.set(nodes), [store, nodes]);
  return store;
}

/** The groups around a task, so that it can be shown. */
function groupsAround(structure: Structure, task_id: string): string[] {
  return [...groupsOf(structure.root)].flatMap(([id, group]) => (taskIdsOf(group).includes(task_id) ? [id] : []));
}

export function GraphView({ dag_id, structure, looks, run, runs }: GraphViewProps) {
  const search = useSearch();
  const navigate = useNavigate();
  // On a phone there is more room downwards.
  const [usual] = useState<Direction>(() => (matchMedia('(max-width: 700px)').matches ? 'tb' : 'lr'));
  const asked = search.get('direction');
  const direction: Direction = asked === 'tb' || asked === 'lr' ? asked : usual;
  const is_list = search.get('view') === 'list';
  const q = search.get('q') ?? '';
  const wanted_states = JSON.stringify(search.all('state'));
  const selected = search.get('task') ?? null;
  const folding = useOpenGroups(structure);
  const { layout, error, is_pending } = useLayout(structure, folding.open, direction);
  const found = useMemo(
    () => foundTasks(structure, looks, q, JSON.parse(wanted_states) as string[]),
    [structure, looks, q, wanted_states],
  );

  const [picked, setCurrent] = useState<string | null>(null);
  const has = (id: string | null) => id !== null && layout?.nodes.some((node) => node.id === id) === true;
  const current = (has(picked) ? picked : has(selected) ? selected : layout?.nodes[0]?.id) ?? '';
  const store = useNodeLooks(structure, looks, found, selected, current);
  const [shown, setShown] = useState<{ id: string; nonce: number } | null>(null);

  const setSearch = search.set;
  const select = useCallback((id: string | null) => setSearch({ task: id }), [setSearch]);
  const openTask = useCallback(
    (task_id: string) => {
      if (run !== undefined) navigate(taskPath({ dag_id, dag_run_id: run.dag_run_id, task_id }));
    },
    [dag_id, run, navigate],
  );
  /** Unfolds what hides the task, brings it into view and selects it. */
  const reveal = (task_id: string) => {
    const hidden = groupsAround(structure, task_id).filter((group_id) => !folding.open.has(group_id));
    if (hidden.length > 0) folding.openThese(hidden);
    select(task_id);
    setCurrent(task_id);
    setShown((last) => ({ id: task_id, nonce: (last?.nonce ?? 0) + 1 }));
  };
  const list = found === null ? Object.keys(structure.tasks) : [...found];
  const revealNext = () => {
    const next = list[(list.indexOf(selected ?? '') + 1) % list.length];
    if (next !== undefined) reveal(next);
  };

  return (
    <div className={styles.view}>
      <Toolbar label={t('tools')}>
        {runs !== null && runs.length > 0 && <RunSelect runs={runs} />}
        <div className={styles.search}>
          <SearchInput label={t('find_task')} value={q} onChange={(text) => search.set({ q: text })} />
        </div>
        {found !== null && (
          <>
            <span role="status">{t('found', { count: found.size })}</span>
            {!is_list && found.size > 0 && (
              <Button small onClick={revealNext}>
                {t('next_found')}
              </Button>
            )}
          </>
        )}
        <Segments
          label={t('view')}
          value={is_list ? 'list' : 'graph'}
          onChange={(view) => search.set({ view: view === 'graph' ? null : view })}
          options={[
            { value: 'graph', label: t('graph') },
            { value: 'list', label: t('list') },
          ]}
        />
        {!is_list && (
          <>
            <Segments
              label={t('direction')}
              value={direction}
              onChange={(value) => search.set({ direction: value === usual ? null : value })}
              options={[
                { value: 'lr', label: t('left_right') },
                { value: 'tb', label: t('top_bottom') },
              ]}
            />
            {folding.groups.length > 0 && (
              <>
                <Button
                  icon={ChevronsUpDown}
                  onClick={folding.openAll}
                  disabled={folding.open.size === folding.groups.length}
                >
                  {t('unfold_all')}
                </Button>
                <Button icon={ChevronsDownUp} onClick={folding.foldAll} disabled={folding.open.size === 0}>
                  {t('fold_all')}
                </Button>
              </>
            )}
          </>
        )}
      </Toolbar>
      <StateFilter looks={looks} task_ids={Object.keys(structure.tasks)} />
      {is_list ? (
        <TaskList dag_id={dag_id} run={run} structure={structure} looks={looks} task_ids={list} />
      ) : (
        <div className={styles.stage} aria-busy={is_pending}>
          {error !== undefined && <ErrorState error={error} />}
          {layout === undefined && error === undefined && <Loading label={t('laying_out')} />}
          {layout !== undefined && (
            <Canvas
              structure={structure}
              layout={layout}
              direction={direction}
              looks={store}
              onCurrent={setCurrent}
              onSelect={select}
              onOpen={openTask}
              onToggle={folding.toggle}
              shown={shown}
            />
          )}
          {selected !== null && selected in structure.tasks && (
            <TaskDetail
              dag_id={dag_id}
              run={run}
              structure={structure}
              task_id={selected}
              look={looks.get(selected)}
              onReveal={reveal}
              onClose={() => select(null)}
            />
          )}
        </div>
      )}
    </div>
  );
}
