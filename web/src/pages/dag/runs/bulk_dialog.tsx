// One action for many runs: first what it will touch, run by run; then, run by run, what came of it.
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { asFailure } from '../../../api/failure';
import { t as say } from '../../../i18n/common_text';
import { Button } from '../../../ui/button';
import { Notice } from '../../../ui/feedback';
import { Dialog } from '../../../ui/overlay';
import { forEach } from '../../dags/actions';
import { BULK, isTouched, type BulkName, type Outcome } from './bulk';
import styles from './runs.module.css';
import { t } from './text';

const whyOf = (error: unknown) => {
  const failure = asFailure(error);
  return failure.sentences.join(' ') || t('failed_with', { status: failure.status });
};

interface BulkProps {
  dag_id: string;
  action: BulkName;
  dag_run_ids: readonly string[];
  onClose: () => void;
  onDone: (done: readonly string[]) => void;
}

function OutcomeText({ outcome, name }: { outcome: Outcome | undefined; name: BulkName }) {
  if (!outcome) return <span className={styles.muted}>{t('looking')}</span>;
  if (outcome.kind === 'failed') return <span className={styles.bad}>{outcome.why}</span>;
  if (outcome.kind === 'done') return <span className={styles.good}>{t('done')}</span>;
  if (!isTouched(BULK[name], outcome)) return <span className={styles.muted}>{t('nothing_to_do')}</span>;
  return outcome.count === undefined ? null : <span>{say('task_instances', { count: outcome.count })}</span>;
}

export function BulkDialog({ dag_id, action: name, dag_run_ids, onClose, onDone }: BulkProps) {
  const client = useQueryClient();
  const action = BULK[name];
  const [outcomes, setOutcomes] = useState<ReadonlyMap<string, Outcome>>(new Map());
  const [phase, setPhase] = useState<'ask' | 'doing' | 'done'>('ask');
  const put = (dag_run_id: string, outcome: Outcome) =>
    setOutcomes((before) => new Map(before).set(dag_run_id, outcome));
  useEffect(() => {
    let gone = false;
    void forEach(dag_run_ids, async (dag_run_id) => {
      if (gone) return;
      const outcome = await BULK[name].effect({ dag_id, dag_run_id }).then(
        (count): Outcome => ({ kind: 'known', count }),
        (error: unknown): Outcome => ({ kind: 'failed', why: whyOf(error) }),
      );
      if (!gone) put(dag_run_id, outcome);
    });
    return () => {
      gone = true;
    };
  }, [dag_id, dag_run_ids, name]);
  const touched = dag_run_ids.filter((dag_run_id) => isTouched(action, outcomes.get(dag_run_id)));
  const known = outcomes.size === dag_run_ids.length;

  const start = async () => {
    setPhase('doing');
    const done: string[] = [];
    await forEach(touched, async (dag_run_id) => {
      try {
        await action.run({ dag_id, dag_run_id });
        done.push(dag_run_id);
        put(dag_run_id, { kind: 'done' });
      } catch (error) {
        put(dag_run_id, { kind: 'failed', why: whyOf(error) });
      }
    });
    setPhase('done');
    onDone(done);
    await client.invalidateQueries();
  };
  const failures = [...outcomes.values()].filter(({ kind }) => kind === 'failed').length;
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && phase !== 'doing' && onClose()}
      title={t(`${name}_title`, { count: dag_run_ids.length })}
      description={t(`${name}_what`)}
      onSubmit={() => phase === 'ask' && known && touched.length > 0 && void start()}
      footer={
        phase === 'done' ? (
          <Button variant="primary" onClick={onClose}>
            {t('close')}
          </Button>
        ) : (
          <>
            <Button onClick={onClose} disabled={phase === 'doing'}>
              {t('cancel')}
            </Button>
            <Button
              type="submit"
              variant={action.danger ? 'danger' : 'primary'}
              busy={phase === 'doing' || !known}
              disabled={touched.length === 0}
            >
              {t(`${name}_do`, { count: touched.length })}
            </Button>
          </>
        )
      }
    >
      {phase === 'done' && (
        <div role="status">
          <Notice kind={failures > 0 ? 'danger' : 'good'}>
            {failures > 0 ? t('some_failed', { count: failures }) : t('all_done')}
          </Notice>
        </div>
      )}
      <ul className={styles.list}>
        {dag_run_ids.map((dag_run_id) => (
          <li key={dag_run_id}>
            <span>{dag_run_id}</span>
            <OutcomeText outcome={outcomes.get(dag_run_id)} name={name} />
          </li>
        ))}
      </ul>
    </Dialog>
  );
}
