// The dialog that triggers a DAG: a form from its params, the conf as JSON beside it. What one typed is kept when it
// closes. Fetched when first opened (trigger_button.tsx).
import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState, type KeyboardEvent } from 'react';
import { dagQuery } from '../api/queries/dag';
import { useNavigate } from '../app/navigation';
import { runPath } from '../app/paths';
import { Button } from '../ui/button';
import { ErrorState, FailureNotice, Loading, Notice } from '../ui/feedback';
import { Checkbox, Field, TextArea } from '../ui/field';
import { Dialog } from '../ui/overlay';
import { toast } from '../ui/toast';
import { ParamField } from './param_field';
import { sectionsOf, type Conf } from './param_schema';
import { RunOptionsFields } from './run_options_fields';
import { t } from './text';
import styles from './trigger.module.css';
import { useTriggerForm, type DagForForm, type TriggerForm, type TriggeredRun } from './use_trigger_form';

export interface TriggerDialogProps {
  dag_id: string;
  open: boolean;
  onOpenChange: (open: boolean) => void;
  /** A run to trigger again: its conf is what the form starts with. */
  again?: { dag_run_id: string; conf: Conf };
  /** Default: goes to the new run. */
  onTriggered?: (run: TriggeredRun) => void;
}

function ParamSections({ form }: { form: TriggerForm }) {
  if (form.params.length === 0) return <p className={styles.hint}>{t('no_params')}</p>;
  return sectionsOf(form.params).map(({ section, params }) => (
    <section key={section} className={styles.section} aria-label={section || t('params')}>
      {section && <h3>{section}</h3>}
      <div className={styles.fields}>
        {params.map((param) => (
          <ParamField
            key={param.name}
            param={param}
            state={form.form}
            problem={form.problemOf(param.name)}
            onValue={(value) => form.value(param.name, value)}
            onText={(text) => form.text(param, text)}
            onLeave={() => form.leave(param.name)}
          />
        ))}
      </div>
    </section>
  ));
}

function Content({ dag, form }: { dag: DagForForm; form: TriggerForm }) {
  const has_option_problem = (['run_id', 'logical_date', 'interval_start', 'interval_end', 'note'] as const).some(
    (name) => form.optionProblemOf(name),
  );
  const more = useRef<HTMLDetailsElement>(null);
  useEffect(() => {
    if (has_option_problem && more.current) more.current.open = true;
  }, [has_option_problem]);
  return (
    <div className={styles.columns}>
      <div className={styles.form}>
        {form.is_restored && <Notice>{t('draft_kept')}</Notice>}
        <FailureNotice error={form.failure} />
        {dag.is_paused && (
          <Notice kind="warning">
            <p>{t('paused')}</p>
            <Checkbox checked={form.options.unpause} onChange={(unpause) => form.option({ unpause })}>
              {t('unpause')}
            </Checkbox>
          </Notice>
        )}
        {form.form.json_problem && <Notice kind="warning">{t('conf_held')}</Notice>}
        <ParamSections form={form} />
        <details ref={more} className={styles.more}>
          <summary>{t('more')}</summary>
          <RunOptionsFields form={form} />
        </details>
      </div>
      <div className={styles.aside}>
        <Field label={t('conf')} hint={t('conf_hint')} problem={form.problemOf('conf') ?? form.form.json_problem}>
          {(parts) => (
            <TextArea
              {...parts}
              mono
              className={styles.json ?? ''}
              rows={Math.min(Math.max(form.form.json.split('\n').length + 1, 8), 24)}
              value={form.form.json}
              onChange={(event) => form.json(event.target.value)}
            />
          )}
        </Field>
      </div>
    </div>
  );
}

function Form({ dag, again, onOpenChange, onTriggered, open }: TriggerDialogProps & { dag: DagForForm }) {
  const navigate = useNavigate();
  const form = useTriggerForm(dag, again?.conf, (run) => {
    onOpenChange(false);
    toast(t('triggered', { run: run.dag_run_id }));
    if (onTriggered) onTriggered(run);
    else navigate(runPath(run.dag_id, run.dag_run_id));
  });
  const body = useRef<HTMLDivElement>(null);
  const [refused, setRefused] = useState(0);
  const submit = () => {
    if (!form.submit()) setRefused((count) => count + 1);
  };
  // To the first that needs a change, once it is marked.
  useEffect(() => {
    if (refused > 0) body.current?.querySelector<HTMLElement>('[aria-invalid=true], [data-invalid] input')?.focus();
  }, [refused]);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      submit();
    }
  };
  const name = dag.dag_display_name;
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      size="large"
      title={t(again ? 're_trigger_dag' : 'trigger_dag', { dag: name })}
      description={again && t('from_run', { run: again.dag_run_id })}
      onSubmit={submit}
      footer={
        <>
          {form.blocked > 0 && (
            <span role="alert" className={styles.problem}>
              {t('problems', { count: form.blocked })}
            </span>
          )}
          <Button variant="quiet" onClick={form.reset}>
            {t('reset')}
          </Button>
          <Button onClick={() => onOpenChange(false)}>{t('cancel')}</Button>
          <Button type="submit" variant="primary" busy={form.is_sending}>
            {t('trigger')}
          </Button>
        </>
      }
    >
      {/* oxlint-disable-next-line jsx-a11y/no-static-element-interactions -- a key of the form as a whole */}
      <div ref={body} onKeyDown={onKeyDown}>
        <Content dag={dag} form={form} />
      </div>
    </Dialog>
  );
}

export default function TriggerDialog(props: TriggerDialogProps) {
  const { dag_id, open, onOpenChange } = props;
  const dag = useQuery({
    ...dagQuery(dag_id),
    enabled: open,
    staleTime: 0,
  });
  // A form that is being filled is not changed under one's hands by a newer version.
  const first = useRef<DagForForm>(undefined);
  if (!open) first.current = undefined;
  else if (dag.data && !dag.isFetching) first.current ??= dag.data;
  if (first.current) return <Form key={dag_id} {...props} dag={first.current} />;
  return (
    <Dialog open={open} onOpenChange={onOpenChange} size="large" title={t('trigger_dag', { dag: dag_id })}>
      {dag.error ? (
        <ErrorState error={dag.error} onRetry={() => void dag.refetch()} />
      ) : (
        <Loading label={t('loading_params')} />
      )}
    </Dialog>
  );
}
