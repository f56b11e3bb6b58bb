// What the form holds while one edits: the conf is the truth, form and JSON are two views of it. Pure.
import { t } from './text';
import { checkParam } from './param_check';
import type { Conf, Json, Param } from './param_schema';

export interface FormState {
  conf: Conf;
  /** Texts that cannot be read as their param's value (yet), by param. */
  drafts: Record<string, string>;
  /** The conf as one types it. */
  json: string;
  /** Why `json` is no conf; the form then shows the last one that was. */
  json_problem: string | undefined;
}

const jsonOf = (conf: Conf): string => JSON.stringify(conf, null, 2);

/** The params' defaults, with `given` over them: a run's conf, a draft. */
export function startConf(params: readonly Param[], given: Conf = {}): Conf {
  const conf: Conf = {};
  for (const { name, initial } of params) if (initial !== undefined) conf[name] = initial;
  return { ...conf, ...given };
}

export const startState = (conf: Conf): FormState => ({
  conf,
  drafts: {},
  json: jsonOf(conf),
  json_problem: undefined,
});

const without = <T>(record: Record<string, T>, name: string): Record<string, T> =>
  Object.fromEntries(Object.entries(record).filter(([key]) => key !== name));

/** undefined: the conf does not give it. */
export function setValue(state: FormState, name: string, value: Json | undefined): FormState {
  const conf = value === undefined ? without(state.conf, name) : { ...state.conf, [name]: value };
  return { conf, drafts: without(state.drafts, name), json: jsonOf(conf), json_problem: undefined };
}

const setDraft = (state: FormState, name: string, text: string): FormState => ({
  ...state,
  drafts: { ...state.drafts, [name]: text },
});

export function setJson(state: FormState, json: string): FormState {
  const read = readJson(json.trim() === '' ? '{}' : json);
  if ('problem' in read) return { ...state, json, json_problem: read.problem };
  if (typeof read.value !== 'object' || read.value === null || Array.isArray(read.value))
    return { ...state, json, json_problem: t('conf_not_object') };
  return { conf: read.value, drafts: {}, json, json_problem: undefined };
}

function readJson(text: string): { value: Json } | { problem: string } {
  try {
    return { value: JSON.parse(text) as Json };
  } catch (error) {
    return { problem: t('not_json', { reason: error instanceof Error ? error.message : String(error) }) };
  }
}

/** What a text field's text means for its param. undefined value: nothing is given. */
function readText(param: Param, text: string): { value: Json | undefined } | { problem: string } {
  if (param.widget === 'json') {
    if (text.trim() === '') return { value: param.nullable ? null : undefined };
    return readJson(text);
  }
  if (param.widget === 'number') {
    if (text.trim() === '') return { value: param.nullable ? null : undefined };
    const value = Number(text);
    return Number.isFinite(value) ? { value } : { problem: t('not_a_number') };
  }
  if (param.widget === 'lines') {
    const lines = text.split('\n').filter((line) => line !== '');
    return { value: lines.length === 0 && param.nullable && param.initial === null ? null : lines };
  }
  if (text === '' && param.nullable && param.initial !== '') return { value: null };
  // A param that may be a number or a text is a number where it reads as one.
  const is_number = text.trim() !== '' && Number.isFinite(Number(text));
  if (is_number && param.types.length > 1 && param.types.some((type) => type === 'integer' || type === 'number'))
    return { value: Number(text) };
  return { value: text };
}

/** The text that stands in the field. */
export function textIn(param: Param, state: FormState): string {
  const draft = state.drafts[param.name];
  if (draft !== undefined) return draft;
  const value = state.conf[param.name];
  if (value === undefined || value === null) return '';
  if (param.widget === 'lines' && Array.isArray(value)) return value.map(String).join('\n');
  if (param.widget === 'json') return JSON.stringify(value, null, 2);
  return typeof value === 'string' ? value : JSON.stringify(value);
}

export function typeText(state: FormState, param: Param, text: string): FormState {
  const read = readText(param, text);
  if ('problem' in read) return setDraft(state, param.name, text);
  const next = setValue(state, param.name, read.value);
  // What one types stays as it is typed: "1.", an indented object, an empty last line.
  return textIn(param, next) === text ? next : setDraft(next, param.name, text);
}

/** By param's name, and `conf` for the JSON as a whole. */
export function problemsOf(params: readonly Param[], state: FormState): Record<string, string> {
  const problems: Record<string, string> = {};
  if (state.json_problem) problems.conf = state.json_problem;
  for (const param of params) {
    const draft = state.drafts[param.name];
    const read = draft === undefined ? undefined : readText(param, draft);
    const problem = read && 'problem' in read ? read.problem : checkParam(param, state.conf[param.name]);
    if (problem) problems[param.name] = problem;
  }
  return problems;
}

const PARAM_PROBLEM = /^Invalid input for param ([^:]+): (.+?)\.?$/s;
/** The server's sentence about one param, to stand at its field. */
export function paramProblem(sentences: readonly string[], params: readonly Param[]): Record<string, string> {
  for (const sentence of sentences) {
    const [, name, problem] = PARAM_PROBLEM.exec(sentence) ?? [];
    if (name && problem && params.some((param) => param.name === name)) return { [name]: problem };
  }
  return {};
}
