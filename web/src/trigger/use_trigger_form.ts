// The form's state and its doings, without its looks.
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useEffect, useMemo, useRef, useState } from 'react';
import { call } from '../api/client';
import { setPaused, type DagDetails } from '../api/queries/dag';
import type { DagRun } from '../api/queries/dag_run';
import type { Failure } from '../api/failure';
import { zone } from '../app/zones';
import { toast } from '../ui/toast';
import { dropDraft, keepDraft, loadDraft } from './draft';
import {
  paramProblem,
  problemsOf,
  setJson,
  setValue,
  startConf,
  startState,
  typeText,
  type FormState,
} from './form_state';
import { paramsOf, type Conf, type Json, type Param } from './param_schema';
import { bodyOf, optionProblems, startOptions, type RunOptions } from './run_options';
import { t } from './text';

export type DagForForm = Pick<DagDetails, 'dag_id' | 'dag_display_name' | 'is_paused' | 'params'>;
export type TriggeredRun = Pick<DagRun, 'dag_id' | 'dag_run_id'>;

async function send(dag: DagForForm, options: RunOptions, conf: Conf): Promise<TriggeredRun> {
  const { dag_id } = dag;
  const run = await call('post', '/api/v2/dags/{dag_id}/dagRuns', {
    path: { dag_id },
    body: bodyOf(options, conf),
  });
  if (!dag.is_paused || !options.unpause) return run;
  try {
    await setPaused(dag_id, false);
  } catch (error) {
    toast.failed(error, t('not_unpaused')); // the run is there all the same
  }
  return run;
}

const OPTION_FIELDS: Record<string, keyof RunOptions> = {
  dag_run_id: 'run_id',
  logical_date: 'logical_date',
  data_interval_start: 'interval_start',
  data_interval_end: 'interval_end',
  note: 'note',
};

/** The server's problems, at the fields that they are about. */
function problemsOfFailure(failure: Failure | null, params: readonly Param[]): Record<string, string> {
  if (!failure) return {};
  const found = paramProblem(failure.sentences, params);
  for (const { field, message } of failure.fields) {
    const name = OPTION_FIELDS[field];
    if (name) found[`option:${name}`] = message;
  }
  return found;
}

export function useTriggerForm(dag: DagForForm, given: Conf | undefined, onDone: (run: TriggeredRun) => void) {
  const client = useQueryClient();
  const params = useMemo(() => paramsOf(dag.params), [dag.params]);
  const signature = useMemo(() => JSON.stringify([dag.params, given ?? null]), [dag.params, given]);
  const fresh = () => startState(startConf(params, given));
  const [kept] = useState(() => loadDraft(dag.dag_id, signature));
  const [form, setForm] = useState<FormState>(() => kept?.form ?? fresh());
  const [options, setOptions] = useState<RunOptions>(() => kept?.options ?? startOptions(zone()));
  const [seen, setSeen] = useState<ReadonlySet<string>>(new Set());
  const [tried, setTried] = useState(false);
  const is_changed = useRef(kept !== undefined);

  useEffect(() => {
    if (is_changed.current) keepDraft(dag.dag_id, signature, { form, options });
  }, [dag.dag_id, signature, form, options]);

  const mutation = useMutation<TriggeredRun, Failure>({
    mutationFn: () => send(dag, options, form.conf),
    onSuccess: (run) => {
      is_changed.current = false;
      dropDraft(dag.dag_id);
      void client.invalidateQueries();
      onDone(run);
    },
  });

  const change = (next: (before: FormState) => FormState) => {
    is_changed.current = true;
    mutation.reset(); // what the server said was about other values
    setForm(next);
  };
  const problems = problemsOf(params, form);
  const option_problems = optionProblems(options);
  const from_server = problemsOfFailure(mutation.error, params);
  const visible = (name: string, own: string | undefined) =>
    from_server[name] ?? (tried || seen.has(name) ? own : undefined);
  const count = Object.keys(problems).length + Object.keys(option_problems).length;

  return {
    params,
    form,
    options,
    is_restored: kept !== undefined,
    is_sending: mutation.isPending,
    /** What the server said that is about no field. */
    failure: Object.keys(from_server).length === 0 ? mutation.error : null,
    /** Fields that hold it up, once one has tried. */
    blocked: tried ? count : 0,
    problemOf: (name: string) => visible(name, problems[name]),
    optionProblemOf: (name: keyof RunOptions) => visible(`option:${name}`, option_problems[name]),
    value: (name: string, value: Json | undefined) => change((before) => setValue(before, name, value)),
    text: (param: Param, text: string) => change((before) => typeText(before, param, text)),
    json: (text: string) => change((before) => setJson(before, text)),
    option: (part: Partial<RunOptions>) => {
      is_changed.current = true;
      mutation.reset();
      setOptions((before) => ({ ...before, ...part }));
    },
    leave: (name: string) => setSeen((before) => (before.has(name) ? before : new Set([...before, name]))),
    reset: () => {
      is_changed.current = false;
      dropDraft(dag.dag_id);
      mutation.reset();
      setForm(startState(startConf(params, given)));
      setOptions(startOptions(zone()));
      setSeen(new Set());
      setTried(false);
    },
    submit: (): boolean => {
      setTried(true);
      if (count > 0 || mutation.isPending) return false;
      mutation.mutate();
      return true;
    },
  };
}

export type TriggerForm = ReturnType<typeof useTriggerForm>;
