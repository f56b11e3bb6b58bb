// One action for many DAGs or runs: first what it will touch, one by one; then, one by one, what came of it.
import { useQueryClient } from '@tanstack/react-query';
import { Check, CircleAlert, LoaderCircle } from 'lucide-react';
import { useEffect, useState } from 'react';
import { asFailure } from '../api/failure';
import { t as say } from '../i18n/common_text';
import { Button } from '../ui/button';
import { Notice } from '../ui/feedback';
import { Dialog } from '../ui/overlay';
import { forEach, type BulkAction, type Effect } from './bulk';
import styles from './bulk_dialog.module.css';
import { t } from './text';

/** undefined: its effect is not known yet. */
type Step = Effect | { kind: 'doing' } | { kind: 'done' } | { kind: 'failed'; why: string } | undefined;

const failed = (error: unknown): Step => {
  const failure = asFailure(error);
  return { kind: 'failed', why: failure.sentences.join(' ') || t('failed_with', { status: failure.status }) };
};

function StepText({ step }: { step: Step }) {
  switch (step?.kind) {
    case undefined:
      return <span className={styles.muted}>{t('looking')}</span>;
    case 'nothing':
      return <span className={styles.muted}>{step.why}</span>;
    case 'does':
      return (
        <>
          {step.count !== undefined && say('task_instances', { count: step.count })}
          {step.warning && <span className={styles.warning}>{step.warning}</span>}
        </>
      );
    case 'doing':
      return <LoaderCircle aria-label={t('doing')} className={styles.spin} />;
    case 'done':
      return (
        <span className={styles.good}>
          <Check aria-hidden /> {t('done')}
        </span>
      );
    case 'failed':
      return (
        <span className={styles.bad}>
          <CircleAlert aria-hidden /> {step.why}
        </span>
      );
  }
}

interface BulkDialogProps<Item> {
  action: BulkAction<Item>;
  items: readonly Item[];
  keyOf: (item: Item) => string;
  nameOf: (item: Item) => string;
  texts: {
    title: string;
    what: string;
    /** The button's, for so many. */
    act: (count: number) => string;
    all_done: (count: number) => string;
    some_failed: (count: number) => string;
  };
  onClose: () => void;
  /** Keys of all but those that it failed for: they need not stay selected. */
  onDone: (done: readonly string[]) => void;
}

export function BulkDialog<Item>({ action, items, keyOf, nameOf, texts, onClose, onDone }: BulkDialogProps<Item>) {
  const client = useQueryClient();
  const [steps, setSteps] = useState<ReadonlyMap<Item, Step>>(new Map());
  const [phase, setPhase] = useState<'ask' | 'doing' | 'done'>('ask');
  const put = (item: Item, step: Step) => setSteps((before) => new Map(before).set(item, step));
  useEffect(() => {
    let gone = false;
    void forEach(items, async (item) => {
      if (gone) return;
      const step = await Promise.resolve(item).then(action.effect).catch(failed);
      if (!gone) put(item, step);
    });
    return () => {
      gone = true;
    };
  }, [action, items]);
  const of = (kind: NonNullable<Step>['kind']) => items.filter((item) => steps.get(item)?.kind === kind);
  const touched = of('does');
  const known = steps.size === items.length;
  const failures = of('failed').length;

  const start = async () => {
    setPhase('doing');
    // Those that need nothing are as they should be.
    const fine = of('nothing');
    await forEach(touched, async (item) => {
      put(item, { kind: 'doing' });
      try {
        await action.run(item);
        fine.push(item);
        put(item, { kind: 'done' });
      } catch (error) {
        put(item, failed(error));
      }
    });
    setPhase('done');
    onDone(fine.map(keyOf));
    await client.invalidateQueries();
  };
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && phase !== 'doing' && onClose()}
      title={texts.title}
      description={texts.what}
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
              {texts.act(touched.length)}
            </Button>
          </>
        )
      }
    >
      {phase === 'done' && (
        <div role="status">
          <Notice kind={failures > 0 ? 'danger' : 'good'}>
            {failures > 0 ? texts.some_failed(failures) : texts.all_done(of('done').length)}
          </Notice>
        </div>
      )}
      <ul className={styles.list}>
        {items.map((item) => (
          <li key={keyOf(item)} data-idle={steps.get(item)?.kind === 'nothing' || undefined}>
            <span className={styles.name}>{nameOf(item)}</span>
            <span className={styles.effect}>
              <StepText step={steps.get(item)} />
            </span>
          </li>
        ))}
      </ul>
    </Dialog>
  );
}
