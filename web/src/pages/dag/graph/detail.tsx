// What is known of the selected task, and the ways on from it.
import { X } from 'lucide-react';
import { taskPath } from '../../../app/paths';
import { ButtonLink, IconButton } from '../../../ui/button';
import { KeyValues } from '../../../ui/layout';
import { StateBadge } from '../../../ui/state_badge';
import type { GridRun } from '../queries';
import styles from './graph.module.css';
import type { Structure } from './structure';
import { BY_WEIGHT, type TaskLook } from './task_states';
import { t } from './text';
import { neighboursOf } from './walk';

export interface TaskDetailProps {
  dag_id: string;
  run: GridRun | undefined;
  structure: Structure;
  task_id: string;
  look: TaskLook | undefined;
  onReveal: (task_id: string) => void;
  onClose: () => void;
}

const MOST_NAMED = 8;

function Names({
  task_ids,
  structure,
  onReveal,
}: { task_ids: string[] } & Pick<TaskDetailProps, 'structure' | 'onReveal'>) {
  if (task_ids.length === 0) return '–';
  return (
    <span className={styles.names}>
      {task_ids.slice(0, MOST_NAMED).map((task_id) => (
        <button key={task_id} type="button" onClick={() => onReveal(task_id)}>
          {structure.tasks[task_id]?.display_name ?? task_id}
        </button>
      ))}
      {task_ids.length > MOST_NAMED && t('and_more', { count: task_ids.length - MOST_NAMED })}
    </span>
  );
}

export function TaskDetail({ dag_id, run, structure, task_id, look, onReveal, onClose }: TaskDetailProps) {
  const task = structure.tasks[task_id];
  const { upstream, downstream } = neighboursOf(structure);
  if (task === undefined) return null;
  const named = { structure, onReveal };
  const kind = [task.is_setup && t('setup'), task.is_teardown && t('teardown'), task.is_mapped && t('mapped')];
  return (
    <aside className={styles.detail} aria-label={t('task_details', { name: task.display_name })}>
      <header>
        <h2>{task.display_name}</h2>
        <IconButton label={t('close_details')} icon={X} onClick={onClose} />
      </header>
      <div className={styles.badges} role="status">
        {look?.mapped == null
          ? look?.state !== undefined && <StateBadge state={look.state} />
          : BY_WEIGHT.map(
              (state) =>
                look.mapped?.[state] !== undefined && (
                  <StateBadge key={state} state={state} count={look.mapped[state]} />
                ),
            )}
        {run !== undefined && look?.state === undefined && <span>{t('not_in_run')}</span>}
      </div>
      <KeyValues
        items={[
          [t('operator'), task.operator_name],
          [t('kind'), kind.filter(Boolean).join(', ') || undefined],
          [t('trigger_rule'), task.trigger_rule],
          [t('upstream'), <Names key="up" task_ids={upstream.get(task_id) ?? []} {...named} />],
          [t('downstream'), <Names key="down" task_ids={downstream.get(task_id) ?? []} {...named} />],
          [t('pool'), task.pool],
          [t('owner'), task.owner],
          [t('retries'), task.retries],
        ]}
      />
      {run !== undefined && look?.state !== undefined && (
        <ButtonLink variant="primary" to={taskPath({ dag_id, dag_run_id: run.dag_run_id, task_id })}>
          {look.mapped === null ? t('open_log') : t('open_instances')}
        </ButtonLink>
      )}
    </aside>
  );
}
