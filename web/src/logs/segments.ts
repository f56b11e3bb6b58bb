// The text of a log line in pieces: ANSI colours, links, and what was searched for, each cut at the others' borders.

export interface Style {
  /** One of the 16 colours of a terminal, 0 to 15. */
  color?: number;
  background?: number;
  bold?: boolean;
  dim?: boolean;
  italic?: boolean;
  underline?: boolean;
}

export interface Segment {
  text: string;
  style?: Style;
  href?: string;
  hit?: boolean;
}

interface Span<T> {
  start: number;
  end: number;
  value: T;
}

// CSI sequences, OSC sequences (window titles, hyperlinks), and what else escapes.
// oxlint-disable-next-line no-control-regex
const ESCAPES = /\u001b(?:\[([0-9;:]*)([@-~])|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[@-Z\\^_]|\([A-Z0-9])/g;

const LEVELS = [0, 95, 135, 175, 215, 255];

/** The nearest of the 16, so that the theme decides how bright it is. */
function nearest(red: number, green: number, blue: number): number {
  const most = Math.max(red, green, blue);
  const least = Math.min(red, green, blue);
  if (most - least < 32) return most < 64 ? 0 : most < 140 ? 8 : most < 210 ? 7 : 15;
  const on = (value: number) => (value > (most + least) / 2 ? 1 : 0);
  return on(red) + 2 * on(green) + 4 * on(blue) + (most > 200 ? 8 : 0);
}

function color256(code: number): number {
  if (code < 16) return code;
  if (code >= 232) {
    const grey = 8 + (code - 232) * 10;
    return nearest(grey, grey, grey);
  }
  const level = (value: number) => LEVELS[value % 6] ?? 0;
  return nearest(level(Math.floor((code - 16) / 36)), level(Math.floor((code - 16) / 6)), level(code - 16));
}

/** The colour after 38 or 48, and how many codes it took. */
function extended(codes: number[], at: number): [color: number | undefined, taken: number] {
  if (codes[at] === 5) return [color256(codes[at + 1] ?? 0), 2];
  if (codes[at] === 2) return [nearest(codes[at + 1] ?? 0, codes[at + 2] ?? 0, codes[at + 3] ?? 0), 4];
  return [undefined, 1];
}

const without = (style: Style, ...names: (keyof Style)[]): Style =>
  Object.fromEntries(Object.entries(style).filter(([name]) => !names.includes(name as keyof Style)));

function withCodes(style: Style, codes: number[]): Style {
  let next = style;
  for (let at = 0; at < codes.length; at += 1) {
    const code = codes[at] ?? 0;
    if (code === 0) next = {};
    else if (code === 1) next = { ...next, bold: true };
    else if (code === 2) next = { ...next, dim: true };
    else if (code === 3) next = { ...next, italic: true };
    else if (code === 4) next = { ...next, underline: true };
    else if (code === 22) next = without(next, 'bold', 'dim');
    else if (code === 23) next = without(next, 'italic');
    else if (code === 24) next = without(next, 'underline');
    else if (code >= 30 && code <= 37) next = { ...next, color: code - 30 };
    else if (code >= 90 && code <= 97) next = { ...next, color: code - 82 };
    else if (code >= 40 && code <= 47) next = { ...next, background: code - 40 };
    else if (code >= 100 && code <= 107) next = { ...next, background: code - 92 };
    else if (code === 39) next = without(next, 'color');
    else if (code === 49) next = without(next, 'background');
    else if (code === 38 || code === 48) {
      const [color, taken] = extended(codes, at + 1);
      at += taken;
      if (color !== undefined) next = { ...next, [code === 38 ? 'color' : 'background']: color };
    }
  }
  return next;
}

/** The text without escape sequences, and where which style holds. */
export function parseAnsi(text: string): { text: string; styles: Span<Style>[] } {
  if (!text.includes('\u001b')) return { text, styles: [] };
  let plain = '';
  let style: Style = {};
  let from = 0;
  const styles: Span<Style>[] = [];
  const add = (piece: string) => {
    if (piece && Object.keys(style).length > 0)
      styles.push({ start: plain.length, end: plain.length + piece.length, value: style });
    plain += piece;
  };
  for (const match of text.matchAll(ESCAPES)) {
    add(text.slice(from, match.index));
    from = match.index + match[0].length;
    if (match[2] !== 'm') continue;
    style = withCodes(
      style,
      (match[1] ?? '').split(/[;:]/).map((code) => Number(code || 0)),
    );
  }
  add(text.slice(from));
  return { text: plain, styles };
}

const LINK = /\bhttps?:\/\/[^\s<>"'`]+/g;

/** Only http and https: nothing in a log can make the page do anything else. */
function linksIn(text: string): Span<string>[] {
  const links: Span<string>[] = [];
  for (const match of text.matchAll(LINK)) {
    let link = match[0].replace(/[.,;:!?]+$/, '');
    // A bracket that was opened before the link is not of it.
    while (/[)\]}]$/.test(link) && !link.includes({ ')': '(', ']': '[', '}': '{' }[link.at(-1) ?? ''] ?? ''))
      link = link.slice(0, -1);
    if (URL.canParse(link)) links.push({ start: match.index, end: match.index + link.length, value: link });
  }
  return links;
}

function hitsIn(text: string, query: string): Span<true>[] {
  if (!query) return [];
  const lower = text.toLowerCase();
  const wanted = query.toLowerCase();
  if (lower.length !== text.length) return []; // a letter whose lower case is longer: positions would be off
  const hits: Span<true>[] = [];
  for (let at = lower.indexOf(wanted); at >= 0 && hits.length < 1000; at = lower.indexOf(wanted, at + wanted.length))
    hits.push({ start: at, end: at + wanted.length, value: true });
  return hits;
}

const at = <T>(spans: Span<T>[], place: number): T | undefined =>
  spans.find((span) => span.start <= place && place < span.end)?.value;

export function segmentsOf(raw: string, query = ''): Segment[] {
  const { text, styles } = parseAnsi(raw);
  const links = linksIn(text);
  const hits = hitsIn(text, query);
  if (styles.length + links.length + hits.length === 0) return text === '' ? [] : [{ text }];
  const borders = new Set([0, text.length]);
  for (const span of [...styles, ...links, ...hits]) borders.add(span.start).add(span.end);
  const places = [...borders].toSorted((a, b) => a - b);
  return places.slice(0, -1).map((start, index) => {
    const segment: Segment = { text: text.slice(start, places[index + 1]) };
    const style = at(styles, start);
    const href = at(links, start);
    if (style) segment.style = style;
    if (href) segment.href = href;
    if (at(hits, start)) segment.hit = true;
    return segment;
  });
}
