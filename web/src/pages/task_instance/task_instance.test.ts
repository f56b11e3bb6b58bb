import { describe, expect, it } from 'vitest';
import { fieldText, languageOf, tokensOf } from './highlight';
import { briefOf, formsOf, isPicture, tableOf } from './xcom_value';

const kinds = (text: string, language: Parameters<typeof tokensOf>[1]) =>
  tokensOf(text, language).flatMap(({ text, kind }) => (kind ? [`${kind} ${text}`] : []));

describe('highlighting', () => {
  it('loses no character of any text in any language', () => {
    const texts = [
      '',
      'select "a',
      "echo 'it",
      '{"a": [1, -2.5e3, true, "x\\"y"]} rest',
      '#!/bin/sh\n# c\n${A:-b} $1 "$x"',
      '--',
    ];
    for (const language of ['bash', 'sql', 'json', 'text'] as const)
      for (const text of texts)
        expect(
          tokensOf(text, language)
            .map((token) => token.text)
            .join(''),
        ).toBe(text);
  });
  it('tells words by what they are', () => {
    expect(kinds('if [ "$a" ]; then echo 3; fi # done', 'bash')).toEqual([
      'keyword if',
      'string "$a"',
      'keyword then',
      'number 3',
      'keyword fi',
      'comment # done',
    ]);
    expect(kinds("SELECT a FROM t WHERE b = 'it''s' -- x", 'sql')).toEqual([
      'keyword SELECT',
      'keyword FROM',
      'keyword WHERE',
      "string 'it''s'",
      'comment -- x',
    ]);
    expect(kinds('{"a": [1, null, "b"]}', 'json')).toEqual(['name "a"', 'number 1', 'keyword null', 'string "b"']);
    expect(kinds('notify --if-exists', 'bash')).toEqual([]);
  });
  it('knows a language by the field, then by the text', () => {
    expect(languageOf('bash_command', '{"a": 1}')).toBe('bash');
    expect(languageOf('sql', 'x')).toBe('sql');
    expect(languageOf('op_kwargs', '{"a": 1}')).toBe('json');
    expect(languageOf('op_args', '[not json')).toBe('text');
    expect(languageOf('statement', ' with a as (select 1) select 2')).toBe('sql');
    expect(fieldText({ a: [1] })).toBe('{\n  "a": [\n    1\n  ]\n}');
    expect(fieldText(undefined)).toBe('');
  });
});

describe('an XCom', () => {
  it('is a picture only as a picture that holds no script', () => {
    expect(isPicture('data:image/png;base64,iVBORw0KGgo=')).toBe(true);
    for (const text of [
      'data:image/svg+xml;base64,PHN2Zz4=',
      'data:text/html;base64,PHA+',
      'data:image/png,raw',
      'x data:image/png;base64,AA==',
      42,
    ])
      expect(isPicture(text)).toBe(false);
  });
  it('is a table when it is a list of objects', () => {
    expect(tableOf([{ a: 1 }, { b: 2, a: 3 }])).toMatchObject({ columns: ['a', 'b'] });
    for (const value of [[], [1], [{ a: 1 }, null], [[1]], { a: 1 }, 'x', [{}]]) expect(tableOf(value)).toBeUndefined();
    expect(formsOf([{ a: 1 }])).toEqual(['table', 'tree', 'text']);
    expect(formsOf(null)).toEqual(['text']);
    expect(formsOf({})).toEqual(['tree', 'text']);
  });
  it('is a few words on one line', () => {
    expect(briefOf({ a: 1 })).toBe('{"a":1}');
    expect(briefOf('x'.repeat(500), 10)).toBe('xxxxxxxxxx…');
    expect(briefOf(undefined)).toBe('null');
  });
});
