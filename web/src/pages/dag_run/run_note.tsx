// The run's note, in Markdown, to read and to change.
import { NotebookPen } from 'lucide-react';
import { useActions } from '../../actions/use_actions';
import { useMay } from '../../app/session';
import { Button } from '../../ui/button';
import { Markdown } from '../../ui/markdown';
import type { DagRun } from '../../api/queries/dag_run';
import styles from './dag_run.module.css';
import { t } from './text';

export function RunNote({ run }: { run: DagRun }) {
  const may_edit = useMay('user');
  const { dag_id, dag_run_id, note } = run;
  const actions = useActions({ dag_id, dag_run_id }, { note });
  if (!note && !may_edit) return null;
  return (
    <div className={styles.note}>
      {note && (
        <section aria-label={t('note')} className={styles.noteText}>
          <Markdown text={note} />
        </section>
      )}
      {may_edit && (
        <Button small variant="quiet" icon={NotebookPen} onClick={() => actions.begin('note')}>
          {t(note ? 'edit_note' : 'add_note')}
        </Button>
      )}
      {actions.dialog}
    </div>
  );
}
