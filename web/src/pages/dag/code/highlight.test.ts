import { describe, expect, test } from 'vitest';
import { parsePython, tokensOf } from './highlight';

async function kindsOf(text: string, line = 0): Promise<[string, string][]> {
  const tree = await parsePython(text, new AbortController().signal);
  if (tree === null) throw new Error('the parse was ended');
  const before = text.split('\n').slice(0, line).join('\n').length;
  const from = line === 0 ? 0 : before + 1;
  const tokens = tokensOf(tree, text, from, from + (text.split('\n')[line] ?? '').length);
  return tokens.filter((token) => token.kind !== '').map((token) => [token.text, token.kind]);
}

describe('python', () => {
  test('keywords, names, strings, numbers, comments', async () => {
    expect(await kindsOf('def load(x=1):  # note')).toEqual([
      ['def', 'keyword'],
      ['load', 'function'],
      ['1', 'number_token'],
      ['# note', 'comment'],
    ]);
    expect(await kindsOf('from airflow.sdk import DAG')).toEqual([
      ['from', 'keyword'],
      ['import', 'keyword'],
    ]);
  });
  test('a string over several lines', async () => {
    expect(await kindsOf('x = """a\nimport os\n"""', 1)).toEqual([['import os', 'string']]);
  });
  test('broken code is still shown, every letter once', async () => {
    const text = 'def (((\n  "unclosed\nclass <script>';
    const tree = await parsePython(text, new AbortController().signal);
    if (tree === null) throw new Error('the parse was ended');
    expect(
      tokensOf(tree, text, 8, 19)
        .map((token) => token.text)
        .join(''),
    ).toBe('  "unclosed');
  });
  test('an ended parse gives nothing', async () => {
    const controller = new AbortController();
    controller.abort();
    const text = 'x = [1, 2, 3]\n'.repeat(50_000);
    expect(await parsePython(text, controller.signal)).toBeNull();
  });
});
