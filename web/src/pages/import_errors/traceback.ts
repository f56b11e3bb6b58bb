// A Python traceback taken apart: what went wrong, and where. What is not one is its text.

export interface Traceback {
  /** "RuntimeError: this file is broken": the last line; of a text that is no traceback, its first. */
  summary: string;
  /** The innermost place within `file`, else the innermost of all. */
  place: { file: string; line: number } | undefined;
  lines: { text: string; kind: 'place' | 'own' | 'code' | 'error' }[];
}

const PLACE = /^\s+File "([^"]+)", line (\d+)/;
const ERROR = /^[\w.]+(?:Error|Exception|Exit|Interrupt|Warning|Group)?(?::|$)/;

export function parseTraceback(text: string, file: string): Traceback {
  const rows = text.replace(/\s+$/, '').split('\n');
  const places = rows.flatMap((row) => {
    const match = PLACE.exec(row);
    return match?.[1] && match[2] ? [{ file: match[1], line: Number(match[2]) }] : [];
  });
  const is_traceback = places.length > 0;
  const errors = rows.filter((row) => !/^\s/.test(row) && !row.startsWith('Traceback') && ERROR.test(row));
  return {
    summary: (is_traceback ? (errors.at(-1) ?? rows.at(-1)) : rows[0]) ?? '',
    place: places.findLast((place) => place.file === file) ?? places.at(-1),
    lines: rows.map((row) => {
      const place = PLACE.exec(row);
      if (place) return { text: row, kind: place[1] === file ? 'own' : 'place' };
      return { text: row, kind: is_traceback && errors.includes(row) ? 'error' : 'code' };
    }),
  };
}
