import { describe, expect, it } from 'vitest';
import { paramOf, sectionsOf, type ParamSpec } from './param_schema';

const widgetOf = (spec: ParamSpec) => paramOf('p', spec).widget;

describe('the widget of a param', () => {
  it.each<[string, ParamSpec]>([
    ['text', { value: 'a' }],
    ['text', { value: null }],
    ['text', { schema: { type: ['null', 'string'] } }],
    ['text', { value: 'a', schema: { type: 'string', examples: ['a', 'b'] } }],
    ['text', { value: 'a@b', schema: { type: 'string', format: 'email' } }],
    ['text', { value: 1, schema: { type: ['integer', 'string'] } }],
    ['multiline', { value: 'a', schema: { type: 'string', format: 'multiline' } }],
    ['number', { value: 1 }],
    ['number', { value: 1.5 }],
    ['number', { value: null, schema: { type: ['null', 'integer'] } }],
    ['number', { value: 1, schema: { type: ['integer', 'number'] } }],
    ['boolean', { value: true }],
    ['date', { schema: { type: 'string', format: 'date' } }],
    ['date-time', { schema: { type: 'string', format: 'date-time' } }],
    ['time', { schema: { type: ['string', 'null'], format: 'time' } }],
    ['select', { value: 2, schema: { type: 'integer', enum: [1, 2] } }],
    ['select', { value: 'a', schema: { enum: ['a', 'b'] } }],
    ['multi-select', { value: ['a'], schema: { type: 'array', examples: ['a', 'b'] } }],
    ['multi-select', { value: ['a'], schema: { type: 'array', items: { type: 'string', enum: ['a'] } } }],
    ['lines', { value: ['a'] }],
    ['lines', { value: ['a'], schema: { type: 'array', items: { type: 'string' } } }],
    ['json', { value: [1, 2] }],
    ['json', { value: [], schema: { type: 'array', items: { type: 'object' } } }],
    ['json', { value: { a: 1 } }],
    ['json', { value: null, schema: { type: ['object', 'null'] } }],
    ['json', { value: 'a', schema: { type: ['string', 'array'] } }],
    ['const', { schema: { const: 'fixed' } }],
  ])('is %s for %j', (widget, spec) => {
    expect(widgetOf(spec)).toBe(widget);
  });
});

describe('what a param says', () => {
  it('takes title, words, section and labels of values from its schema', () => {
    const param = paramOf('n', {
      value: 1,
      description: 'plain',
      schema: {
        type: 'integer',
        title: 'Number',
        description_md: '**md**',
        section: 'Later',
        enum: [1, 2],
        values_display: { 1: 'one' },
      },
    });
    expect(param).toMatchObject({ label: 'Number', description: 'plain', description_md: '**md**', section: 'Later' });
    expect(param.options.map(({ label }) => label)).toEqual(['one', '2']);
  });

  it('must be given when null is its default and not allowed', () => {
    expect(paramOf('p', { value: null, schema: { type: 'string' } })).toMatchObject({
      required: true,
      initial: undefined,
    });
    expect(paramOf('p', { value: null, schema: { type: ['string', 'null'] } })).toMatchObject({
      required: false,
      initial: null,
    });
    expect(paramOf('p', { value: 'x' })).toMatchObject({ required: false, initial: 'x', nullable: true });
    expect(paramOf('p', { value: null, schema: { type: 'string', enum: ['a', null] } })).toMatchObject({
      nullable: true,
      initial: null,
    });
  });

  it('stands a broken schema', () => {
    const broken = JSON.parse('{"value":"x","schema":{"type":7,"enum":"no","examples":{},"items":null}}') as ParamSpec;
    expect(paramOf('p', broken).widget).toBe('text');
    expect(paramOf('p', JSON.parse('{"schema":[]}') as ParamSpec).widget).toBe('text');
  });

  it('is sorted by section, in the order of the first of each', () => {
    const params = ['a', 'b', 'c', 'd'].map((name, at) =>
      paramOf(name, { schema: at % 2 ? { section: 'S' } : at === 2 ? { section: 'T' } : {} }),
    );
    expect(
      sectionsOf(params).map(({ section, params: list }) => [section, list.map((param) => param.name).join('')]),
    ).toEqual([
      ['', 'a'],
      ['S', 'bd'],
      ['T', 'c'],
    ]);
  });
});
