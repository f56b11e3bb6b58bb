// The nodes of the graph: a task, a folded group, an open group with its content drawn over it.
import { Handle, Position, useStore, type Node, type NodeProps } from '@xyflow/react';
import { ArrowDownToLine, ArrowUpFromLine, ChevronDown, ChevronRight, Layers } from 'lucide-react';
import { memo } from 'react';
import { classes } from '../../../ui/classes';
import { StateDot } from '../../../ui/state_badge';
import { lookOf, stateColor } from '../../../ui/states';
import type { Direction } from './elk_graph';
import styles from './graph.module.css';
import { useGraphActions, useLook, type NodeLook } from './looks_store';
import { StateBar } from './state_bar';
import type { StructureTask } from './structure';
import { BY_WEIGHT, countOf, type StateCounts } from './task_states';
import { t } from './text';

interface TaskData extends Record<string, unknown> {
  label: string;
  task: StructureTask | undefined;
  direction: Direction;
}
interface GroupData extends Record<string, unknown> {
  label: string;
  tooltip: string | null;
  is_mapped: boolean;
  is_open: boolean;
  task_count: number;
  direction: Direction;
}
export type TaskNodeType = Node<TaskData, 'task'>;
export type GroupNodeType = Node<GroupData, 'task_group'>;

/** Below this zoom words cannot be read: only colours are drawn. */
const READABLE_ZOOM = 0.45;
const useIsReadable = () => useStore((state) => state.transform[2] >= READABLE_ZOOM);

function Ends({ direction }: { direction: Direction }) {
  const [before, after] = direction === 'lr' ? [Position.Left, Position.Right] : [Position.Top, Position.Bottom];
  return (
    <>
      <Handle type="target" position={before} isConnectable={false} className={styles.handle ?? ''} />
      <Handle type="source" position={after} isConnectable={false} className={styles.handle ?? ''} />
    </>
  );
}

const classOf = (look: NodeLook) =>
  classes(
    look.is_selected && styles.selected,
    look.is_upstream && styles.upstream,
    look.is_downstream && styles.downstream,
    look.is_found && styles.found,
  );

const countsInWords = (counts: StateCounts | null) =>
  BY_WEIGHT.flatMap((state) => (counts?.[state] ? [`${lookOf(state).label}: ${String(counts[state])}`] : []));

/** What a reader hears of a node. */
function nameOf(label: string, look: NodeLook, more: (string | false | undefined)[]): string {
  const state = look.state === undefined ? t('not_in_run') : lookOf(look.state).label;
  const relation = look.is_upstream ? t('is_upstream') : look.is_downstream ? t('is_downstream') : '';
  return [label, state, ...more, ...countsInWords(look.counts), relation].filter(Boolean).join(', ');
}

export const TaskNode = memo(({ id, data }: NodeProps<TaskNodeType>) => {
  const look = useLook(id);
  const { select } = useGraphActions();
  const is_readable = useIsReadable();
  const { task, label, direction } = data;
  const rule = task?.trigger_rule ?? 'all_success';
  const marks = [
    task?.operator_name,
    task?.is_setup === true && t('setup'),
    task?.is_teardown === true && t('teardown'),
    task?.is_mapped === true && t('mapped'),
    rule !== 'all_success' && t('trigger_rule_is', { rule }),
  ];
  return (
    <>
      <Ends direction={direction} />
      <button
        type="button"
        className={classes(styles.task, classOf(look), !is_readable && styles.far)}
        style={{ '--state': look.state === undefined ? 'var(--line-strong)' : stateColor(look.state) }}
        tabIndex={look.is_current ? 0 : -1}
        data-node={id}
        data-state={look.state ?? ''}
        aria-label={nameOf(label, look, marks)}
        aria-pressed={look.is_selected}
        title={label}
        onClick={() => select(id)}
      >
        {is_readable && (
          <>
            <span className={styles.title}>
              {look.state !== undefined && <StateDot state={look.state} />}
              <span className={styles.name}>{label}</span>
              {task?.is_setup && <ArrowUpFromLine aria-hidden className={styles.mark} />}
              {task?.is_teardown && <ArrowDownToLine aria-hidden className={styles.mark} />}
            </span>
            <span className={styles.under}>
              <span className={styles.operator}>{task?.operator_name}</span>
              {rule !== 'all_success' && <span className={styles.rule}>{rule}</span>}
              {task?.is_mapped && (
                <span className={styles.mapped}>
                  {look.counts === null ? '[ ]' : `[${String(countOf(look.counts))}]`}
                </span>
              )}
            </span>
            {look.counts !== null && <StateBar counts={look.counts} />}
          </>
        )}
      </button>
    </>
  );
});
TaskNode.displayName = 'TaskNode';

export const GroupNode = memo(({ id, data }: NodeProps<GroupNodeType>) => {
  const look = useLook(id);
  const { select, toggle } = useGraphActions();
  const is_readable = useIsReadable();
  const { label, tooltip, is_mapped, is_open, task_count, direction } = data;
  const Fold = is_open ? ChevronDown : ChevronRight;
  const name = nameOf(label, is_open ? { ...look, is_upstream: false, is_downstream: false } : look, [
    t('group_of', { count: task_count }),
    is_mapped && t('mapped'),
  ]);
  return (
    <div
      className={classes(styles.group, is_open ? styles.open : classOf(look), !is_readable && styles.far)}
      style={{ '--state': look.state === undefined ? 'var(--line-strong)' : stateColor(look.state) }}
    >
      <Ends direction={direction} />
      <button
        type="button"
        className={styles.head}
        tabIndex={look.is_current ? 0 : -1}
        data-node={id}
        data-state={look.state ?? ''}
        aria-label={name}
        aria-expanded={is_open}
        title={tooltip ?? label}
        onClick={() => {
          select(id);
          toggle(id);
        }}
      >
        {(is_readable || is_open) && (
          <span className={styles.title}>
            <Fold aria-hidden className={styles.mark} />
            <span className={styles.name}>{label}</span>
            {is_mapped && <span className={styles.mapped}>[ ]</span>}
            {!is_open && <Layers aria-hidden className={styles.mark} />}
          </span>
        )}
        {is_readable && !is_open && <span className={styles.under}>{t('tasks', { count: task_count })}</span>}
        {is_readable && look.counts !== null && <StateBar counts={look.counts} />}
      </button>
    </div>
  );
});
GroupNode.displayName = 'GroupNode';
