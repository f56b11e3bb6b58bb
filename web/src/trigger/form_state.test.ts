import { describe, expect, it } from 'vitest';
import { paramProblem, problemsOf, setJson, setValue, startConf, startState, textIn, typeText } from './form_state';
import { paramsOf, type Param } from './param_schema';

const params = paramsOf({
  text: { value: 'a', schema: { type: 'string' } },
  maybe: { value: null, schema: { type: ['null', 'string'] } },
  count: { value: 3, schema: { type: 'integer', maximum: 5 } },
  names: { value: ['x', 'y'], schema: { type: 'array' } },
  rows: { value: [{ a: 1 }], schema: { type: 'array', items: { type: 'object' } } },
  needed: { value: null, schema: { type: 'integer' } },
  either: { value: 1, schema: { type: ['integer', 'string'] } },
});
const param = (name: string): Param => {
  const found = params.find((each) => each.name === name);
  if (!found) throw new Error(name);
  return found;
};
const start = () => startState(startConf(params));

describe('the conf that a form makes', () => {
  it('starts with the defaults, a run’s conf over them', () => {
    expect(startConf(params)).toEqual({
      text: 'a',
      maybe: null,
      count: 3,
      names: ['x', 'y'],
      rows: [{ a: 1 }],
      either: 1,
    });
    expect(startConf(params, { count: 4, other: true })).toMatchObject({ count: 4, other: true, text: 'a' });
  });

  it.each([
    ['text', '', ''],
    ['text', 'b', 'b'],
    ['maybe', '', null],
    ['maybe', 'null', 'null'],
    ['count', '5', 5],
    ['count', '', undefined],
    ['names', 'x\n\nz\n', ['x', 'z']],
    ['rows', '[{"a": 2}]', [{ a: 2 }]],
    ['rows', '', undefined],
    ['either', '7', 7],
    ['either', 'seven', 'seven'],
  ])('reads %s %j as %j', (name, text, value) => {
    const state = typeText(start(), param(name), text);
    expect(state.conf[name]).toEqual(value);
    expect(JSON.parse(state.json)).toEqual(state.conf);
    expect(textIn(param(name), state)).toBe(text);
  });

  it('keeps a text that is no value yet, and says why', () => {
    const state = typeText(start(), param('rows'), '[{');
    expect(state.conf.rows).toEqual([{ a: 1 }]);
    expect(textIn(param('rows'), state)).toBe('[{');
    expect(problemsOf(params, state).rows).toMatch(/not JSON/);
    expect(problemsOf(params, typeText(state, param('rows'), '[]')).rows).toBeUndefined();
  });

  it('follows the JSON, and the JSON the form', () => {
    let state = setJson(start(), '{"text": "from json", "extra": {"deep": 1}}');
    expect(textIn(param('text'), state)).toBe('from json');
    expect(state.json).toContain('"text": "from json", "extra"');
    state = setValue(state, 'text', 'from form');
    expect(JSON.parse(state.json)).toEqual({ text: 'from form', extra: { deep: 1 } });
  });

  it('holds the last good conf while the JSON is none', () => {
    for (const [json, problem] of [
      ['{"text": ', /not JSON/],
      ['[1]', /object/],
      ['null', /object/],
    ] as const) {
      const state = setJson(start(), json);
      expect(state.json).toBe(json);
      expect(state.conf).toEqual(startConf(params));
      expect(problemsOf(params, state).conf).toMatch(problem);
    }
    expect(setJson(start(), '  ').conf).toEqual({});
  });

  it('names what is missing or out of bounds', () => {
    const problems = problemsOf(params, typeText(start(), param('count'), '6'));
    expect(problems).toEqual({ count: 'At most 5.', needed: 'A value is needed.' });
  });
});

describe('the server’s answer', () => {
  it('goes to the param that it is about', () => {
    const said = ['Invalid input for param count: 9 is greater than the maximum of 5.'];
    expect(paramProblem(said, params)).toEqual({ count: '9 is greater than the maximum of 5' });
    expect(paramProblem(['Invalid input for param gone: x'], params)).toEqual({});
    expect(paramProblem(['DAG run already exists.'], params)).toEqual({});
  });
});
