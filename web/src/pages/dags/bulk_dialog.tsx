// One action for many DAGs: first what it will touch, DAG by DAG; then, DAG by DAG, what came of it.
import { useQueryClient } from '@tanstack/react-query';
import { Check, CircleAlert, LoaderCircle } from 'lucide-react';
import { useEffect, useState, type ReactNode } from 'react';
import { asFailure } from '../../api/failure';
import { t as say } from '../../i18n/common_text';
import { Button } from '../../ui/button';
import { Notice } from '../../ui/feedback';
import { Dialog } from '../../ui/overlay';
import { ACTIONS, forEach, type ActionName, type Effect } from './actions';
import styles from './bulk_dialog.module.css';
import type { Dag } from './dag';
import { t } from './text';

type Progress = 'doing' | 'done' | { failed: string };

const sentenceOf = (error: unknown) => {
  const failure = asFailure(error);
  return failure.sentences.join(' ') || t('failed_with', { status: failure.status });
};

/** What each DAG's effect will be: undefined until it is known; a text: it could not be found out. */
function useEffects(action: ActionName, dags: readonly Dag[]) {
  const [effects, setEffects] = useState<ReadonlyMap<string, Effect | string>>(new Map());
  useEffect(() => {
    let gone = false;
    const put = (dag: Dag, effect: Effect | string) =>
      !gone && setEffects((before) => new Map(before).set(dag.dag_id, effect));
    void forEach(dags, async (dag) => {
      if (gone) return;
      try {
        put(dag, await ACTIONS[action].effect(dag));
      } catch (error) {
        put(dag, sentenceOf(error));
      }
    });
    return () => {
      gone = true;
    };
  }, [action, dags]);
  return effects;
}

function EffectText({ effect }: { effect: Effect | string | undefined }) {
  if (effect === undefined) return <span className={styles.muted}>{t('looking')}</span>;
  if (typeof effect === 'string') return <span className={styles.bad}>{effect}</span>;
  if (effect.kind === 'nothing') return <span className={styles.muted}>{t(effect.why)}</span>;
  return (
    <>
      {effect.count !== undefined && say('task_instances', { count: effect.count })}
      {effect.warning && <span className={styles.warning}>{t(effect.warning)}</span>}
    </>
  );
}

function ProgressText({ progress }: { progress: Progress }) {
  if (progress === 'doing') return <LoaderCircle aria-label={t('doing')} className={styles.spin} />;
  if (progress === 'done')
    return (
      <span className={styles.good}>
        <Check aria-hidden /> {t('done')}
      </span>
    );
  return (
    <span className={styles.bad}>
      <CircleAlert aria-hidden /> {progress.failed}
    </span>
  );
}

interface BulkProps {
  action: ActionName;
  dags: readonly Dag[];
  onClose: () => void;
  /** All but those that it failed for: they need not stay selected. */
  onDone: (done: readonly string[]) => void;
}

export function BulkDialog({ action, dags, onClose, onDone }: BulkProps) {
  const client = useQueryClient();
  const effects = useEffects(action, dags);
  const [progress, setProgress] = useState<ReadonlyMap<string, Progress>>(new Map());
  const [phase, setPhase] = useState<'ask' | 'doing' | 'done'>('ask');
  const touched = dags.filter((dag) => {
    const effect = effects.get(dag.dag_id);
    return typeof effect === 'object' && effect.kind === 'does';
  });
  const failures = [...progress.values()].filter((each) => typeof each === 'object').length;

  const start = async () => {
    setPhase('doing');
    // Those that need nothing are as they should be.
    const done = dags.filter((dag) => !touched.includes(dag)).map((dag) => dag.dag_id);
    const put = (dag: Dag, how: Progress) => setProgress((before) => new Map(before).set(dag.dag_id, how));
    await forEach(touched, async (dag) => {
      put(dag, 'doing');
      try {
        await ACTIONS[action].run(dag);
        done.push(dag.dag_id);
        put(dag, 'done');
      } catch (error) {
        put(dag, { failed: sentenceOf(error) });
      }
    });
    setPhase('done');
    onDone(done);
    await client.invalidateQueries({ queryKey: ['dags'] });
  };

  const footer: ReactNode =
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
          variant={ACTIONS[action].danger ? 'danger' : 'primary'}
          busy={phase === 'doing' || effects.size < dags.length}
          disabled={touched.length === 0}
        >
          {t(`${action}_do`, { count: touched.length })}
        </Button>
      </>
    );
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && phase !== 'doing' && onClose()}
      title={t(`${action}_title`, { count: dags.length })}
      description={t(`${action}_what`)}
      footer={footer}
      onSubmit={() => phase === 'ask' && touched.length > 0 && effects.size === dags.length && void start()}
    >
      {phase === 'done' && (
        <div role="status">
          {failures > 0 ? (
            <Notice kind="danger">{t('some_failed', { count: failures })}</Notice>
          ) : (
            <Notice kind="good">{t('all_done', { count: touched.length })}</Notice>
          )}
        </div>
      )}
      <ul className={styles.list}>
        {dags.map((dag) => {
          const how = progress.get(dag.dag_id);
          const effect = effects.get(dag.dag_id);
          const idle = typeof effect === 'object' && effect.kind === 'nothing';
          return (
            <li key={dag.dag_id} data-idle={idle || undefined}>
              <span className={styles.name}>{dag.dag_display_name}</span>
              <span className={styles.effect}>
                {how ? <ProgressText progress={how} /> : <EffectText effect={effect} />}
              </span>
            </li>
          );
        })}
      </ul>
    </Dialog>
  );
}
