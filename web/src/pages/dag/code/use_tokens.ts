// Colours of a file's lines. The parser is fetched when the first file is shown, and works in slices; until it is done the text is plain.
import { useEffect, useMemo, useState } from 'react';
import type { Token, Tree } from './highlight';

interface Parsed {
  text: string;
  tree: Tree;
  tokensOf: (tree: Tree, text: string, from: number, to: number) => Token[];
}

/** A line of this length is no code that one reads. */
const LONGEST_LINE = 5000;

export function useTokens(text: string, lines: readonly string[]): (line: number) => Token[] {
  const [parsed, setParsed] = useState<Parsed | null>(null);
  useEffect(() => {
    const controller = new AbortController();
    const parse = async () => {
      const { parsePython, tokensOf } = await import('./highlight');
      const tree = await parsePython(text, controller.signal);
      if (tree !== null) setParsed({ text, tree, tokensOf });
    };
    // Without its colours the file can still be read: a lost chunk of code is no reason to hide it.
    parse().catch(() => setParsed(null));
    return () => controller.abort();
  }, [text]);

  return useMemo(() => {
    const starts: number[] = [];
    let at = 0;
    for (const line of lines) {
      starts.push(at);
      at += line.length;
      at += text.startsWith('\r\n', at) ? 2 : 1;
    }
    return (line) => {
      const content = lines[line] ?? '';
      const from = starts[line] ?? 0;
      const is_plain = parsed === null || parsed.text !== text || content.length > LONGEST_LINE;
      return is_plain ? [{ text: content, kind: '' }] : parsed.tokensOf(parsed.tree, text, from, from + content.length);
    };
  }, [parsed, text, lines]);
}
