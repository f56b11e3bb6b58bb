// Tables as text: CSV (RFC 4180, also with semicolons) and TSV. Pure.

export interface TextTable {
  columns: string[];
  rows: string[][];
  /** There are more rows than are kept. */
  is_cut: boolean;
}

const MOST_ROWS = 200_000;

/** The separator that the first line has most of, outside quotes. */
export function separatorOf(text: string): ',' | ';' | '\t' {
  const first = (text.split('\n', 1)[0] ?? '').replaceAll(/"[^"]*"/g, '');
  const count = (sign: string) => first.split(sign).length;
  const signs = [',', ';', '\t'] as const;
  return signs.reduce((best, sign) => (count(sign) > count(best) ? sign : best), signs[0]);
}

/** A quote within quotes is doubled; a quote that is never closed ends with the text. */
export function readTable(text: string, separator: string, most = MOST_ROWS): TextTable {
  const rows: string[][] = [];
  let row: string[] = [];
  let at = text.startsWith('\uFEFF') ? 1 : 0;
  const end_row = () => {
    rows.push(row);
    row = [];
  };
  while (at < text.length && rows.length <= most + 1) {
    let cell = '';
    if (text[at] === '"') {
      const quoted = readQuoted(text, at);
      cell = quoted.cell;
      at = quoted.at;
    }
    const start = at;
    while (at < text.length && text[at] !== separator && text[at] !== '\n') at += 1;
    const rest = text.slice(start, at);
    row.push(cell + (text[at] === '\n' || at === text.length ? rest.replace(/\r$/, '') : rest));
    if (text[at] === separator) {
      at += 1;
      if (at === text.length) row.push('');
      else continue;
    }
    if (text[at] === '\n' || at >= text.length) {
      end_row();
      at += 1;
    }
  }
  if (row.length > 0) end_row();
  const [columns = [], ...body] = rows.filter((each) => each.length > 1 || each[0] !== '');
  return { columns, rows: body.slice(0, most), is_cut: body.length > most };
}

function readQuoted(text: string, start: number): { cell: string; at: number } {
  let cell = '';
  let at = start + 1;
  while (at < text.length) {
    const end = text.indexOf('"', at);
    if (end < 0) return { cell: cell + text.slice(at), at: text.length };
    cell += text.slice(at, end);
    at = end + 1;
    if (text[at] !== '"') break;
    cell += '"';
    at += 1;
  }
  return { cell, at };
}

const asNumber = (text: string): number => (text.trim() === '' ? NaN : Number(text));

/** Numbers by size where both are numbers, else as texts; what is empty comes last either way. */
export function compareCells(a: string, b: string, down: boolean): number {
  if (a === '' || b === '') return a === b ? 0 : a === '' ? 1 : -1;
  const [x, y] = [asNumber(a), asNumber(b)];
  const order = Number.isNaN(x) || Number.isNaN(y) ? a.localeCompare(b, undefined, { numeric: true }) : x - y;
  return down ? -order : order;
}

/** A list of flat objects as a table; undefined: it is none. */
export function tableOfJson(value: unknown): TextTable | undefined {
  if (!Array.isArray(value) || value.length === 0) return undefined;
  const columns = new Set<string>();
  for (const item of value) {
    if (typeof item !== 'object' || item === null || Array.isArray(item)) return undefined;
    for (const name of Object.keys(item)) columns.add(name);
  }
  if (columns.size === 0 || columns.size > 100) return undefined;
  const names = [...columns];
  const cellOf = (cell: unknown) =>
    cell === undefined || cell === null ? '' : typeof cell === 'string' ? cell : JSON.stringify(cell);
  const rows = (value as Record<string, unknown>[])
    .slice(0, MOST_ROWS)
    .map((item) => names.map((name) => cellOf(item[name])));
  return { columns: names, rows, is_cut: value.length > MOST_ROWS };
}
