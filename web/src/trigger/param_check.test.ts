import { describe, expect, it } from 'vitest';
import { checkParam, checkSchema } from './param_check';
import { paramOf, type Json, type ParamSchema } from './param_schema';

describe('a value against its schema', () => {
  it.each<[ParamSchema, Json, Json]>([
    [{ type: 'integer' }, 1, 1.5],
    [{ type: 'number' }, 1.5, '1.5'],
    [{ type: ['string', 'null'] }, null, 1],
    [{ type: 'object' }, {}, []],
    [{ enum: ['a', 1] }, 1, '1'],
    [{ const: { a: 1 } }, { a: 1 }, { a: 2 }],
    [{ minimum: 2 }, 2, 1],
    [{ maximum: 2 }, 2, 3],
    [{ exclusiveMinimum: 2 }, 3, 2],
    [{ exclusiveMaximum: 2 }, 1, 2],
    [{ multipleOf: 0.1 }, 0.3, 0.35],
    [{ minLength: 2 }, '🙂🙂', '🙂'],
    [{ maxLength: 2 }, 'ab', 'abc'],
    [{ pattern: '^a+$' }, 'aa', 'b'],
    [{ format: 'date' }, '2028-02-29', '2026-02-29'],
    [{ format: 'date-time' }, '2026-01-01T10:00:00+01:00', 'soon'],
    [{ format: 'time' }, '23:59:01+02:00', '24:00'],
    [{ format: 'email' }, 'a@b', 'a.b'],
    [{ format: 'uri' }, 'https://x/y', 'x/y'],
    [{ format: 'ipv4' }, '10.0.0.255', '10.0.0.256'],
    [{ format: 'ipv6' }, '::1', '10.0.0.1'],
    [{ format: 'uuid' }, '123e4567-e89b-12d3-a456-426614174000', '123'],
    [{ minItems: 1 }, [1], []],
    [{ maxItems: 1 }, [1], [1, 2]],
    [{ uniqueItems: true }, [1, 2], [{ a: 1 }, { a: 1 }]],
    [{ items: { type: 'integer' } }, [1], [1, 'x']],
    [{ required: ['a'] }, { a: 1 }, { b: 1 }],
    [{ properties: { a: { type: 'string' } } }, { a: 'x' }, { a: 1 }],
  ])('%j takes %j and not %j', (schema, good, bad) => {
    expect(checkSchema(good, schema)).toBeUndefined();
    expect(checkSchema(bad, schema)).toMatch(/\S/);
  });

  it('leaves a pattern of Python’s dialect and an unknown format to the server', () => {
    expect(checkSchema('x', { pattern: '(?P<name>y)' })).toBeUndefined();
    expect(checkSchema('x', { format: 'zodiac' })).toBeUndefined();
  });

  it('says where in a list or object', () => {
    expect(checkSchema([1, 'x'], { items: { type: 'integer' } })).toBe('Entry 2: It must be: whole number.');
    expect(checkSchema({ a: { b: 1 } }, { properties: { a: { properties: { b: { type: 'string' } } } } })).toBe(
      'a: b: It must be: text.',
    );
  });
});

describe('a param', () => {
  it('must be given when it has no default', () => {
    const param = paramOf('p', { value: null, schema: { type: 'string' } });
    expect(checkParam(param, undefined)).toBe('A value is needed.');
    expect(checkParam(param, '')).toBe('A value is needed.');
    expect(checkParam(param, 'x')).toBeUndefined();
  });
  it('may be an empty text where that is its default', () => {
    expect(checkParam(paramOf('p', { value: '', schema: { type: 'string' } }), '')).toBeUndefined();
  });
  it('may be left to its default', () => {
    expect(checkParam(paramOf('p', { value: 'x', schema: { type: 'string' } }), undefined)).toBeUndefined();
  });
});
