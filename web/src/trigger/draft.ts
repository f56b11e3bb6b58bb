// What one has typed in a DAG's form and not sent: kept for the tab's life, until the DAG's params change.
import type { RunOptions } from './run_options';
import type { FormState } from './form_state';

export interface Draft {
  form: FormState;
  options: RunOptions;
}

const keyOf = (dag_id: string) => `gale.trigger.${dag_id}`;

/** `signature`: of the params that the draft was made for. */
export function loadDraft(dag_id: string, signature: string): Draft | undefined {
  try {
    const kept = JSON.parse(sessionStorage.getItem(keyOf(dag_id)) ?? 'null') as (Draft & { signature: string }) | null;
    return kept?.signature === signature ? { form: kept.form, options: kept.options } : undefined;
  } catch {
    return undefined; // not ours, or of an older page
  }
}

export function keepDraft(dag_id: string, signature: string, draft: Draft): void {
  try {
    sessionStorage.setItem(keyOf(dag_id), JSON.stringify({ ...draft, signature }));
  } catch {
    // Full or forbidden: the form works without.
  }
}

export const dropDraft = (dag_id: string): void => sessionStorage.removeItem(keyOf(dag_id));
