// Python by Lezer's parser, in slices so that a long file does not hold up the page. Loaded lazily: only the Code tab needs it.
import { highlightCode, tagHighlighter, tags } from '@lezer/highlight';
import { parser } from '@lezer/python';

export interface Token {
  text: string;
  /** A class of code.css, '' for plain text. */
  kind: string;
}

type Tree = ReturnType<typeof parser.parse>;

const KINDS = tagHighlighter([
  {
    tag: [tags.keyword, tags.operatorKeyword, tags.controlKeyword, tags.definitionKeyword, tags.moduleKeyword],
    class: 'keyword',
  },
  { tag: [tags.string, tags.special(tags.string), tags.docString], class: 'string' },
  { tag: tags.comment, class: 'comment' },
  { tag: [tags.number, tags.bool, tags.null], class: 'number_token' },
  { tag: [tags.function(tags.variableName), tags.function(tags.definition(tags.variableName))], class: 'function' },
  { tag: [tags.className, tags.definition(tags.className)], class: 'class' },
  { tag: [tags.meta, tags.modifier], class: 'decorator' },
  { tag: tags.self, class: 'self' },
]);

const SLICE_MS = 12;

/** Parses in slices of some milliseconds; null when `signal` ended it. */
export async function parsePython(text: string, signal: AbortSignal): Promise<Tree | null> {
  const parse = parser.startParse(text);
  for (;;) {
    const until = performance.now() + SLICE_MS;
    do {
      const tree = parse.advance();
      if (tree !== null) return tree;
    } while (performance.now() < until);
    await new Promise((resolve) => setTimeout(resolve));
    if (signal.aborted) return null;
  }
}

/** The tokens of text[from, to), which is within one line. */
export function tokensOf(tree: Tree, text: string, from: number, to: number): Token[] {
  const tokens: Token[] = [];
  const put = (part: string, kind: string) => tokens.push({ text: part, kind });
  highlightCode(text, tree, KINDS, put, () => undefined, from, to);
  return tokens;
}

export type { Tree };
