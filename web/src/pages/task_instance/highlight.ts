// Words of shell, SQL and JSON in colour, by what they look like: rendered templates are pieces, and often of two
// languages at once, so a parser would not know what to do with them.

export type Language = 'bash' | 'sql' | 'json' | 'text';
type Kind = 'keyword' | 'string' | 'number' | 'comment' | 'name';
export interface Token {
  text: string;
  kind?: Kind;
}

const STRING = String.raw`"(?:[^"\\]|\\[\s\S])*"|'(?:[^'\\]|\\[\s\S])*'`;
const NUMBER = String.raw`(?<![\w.])-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.])`;
const words = (text: string) => String.raw`(?<![\w.$-])(?:${text.split(' ').join('|')})(?![\w-])`;

const RULES: Record<Exclude<Language, 'text'>, RegExp> = {
  bash: new RegExp(
    `(?<comment>(?<![^\\s;])#[^\\n]*)|(?<string>${STRING})|(?<name>\\$\\{[^}]*\\}|\\$\\w+|\\$[#?@*!$-])|` +
      `(?<keyword>${words('if then else elif fi for while until do done case esac in function return exit set export local readonly trap')})|(?<number>${NUMBER})`,
    'g',
  ),
  sql: new RegExp(
    `(?<comment>--[^\\n]*|/\\*[\\s\\S]*?\\*/)|(?<string>'(?:[^']|'')*')|(?<name>"[^"]*"|\`[^\`]*\`)|` +
      `(?<keyword>${words(
        'select from where and or not in is null as join left right inner outer full cross on group by order having limit offset union all distinct insert into values update set delete create replace table view index drop alter add column primary key foreign references with recursive case when then else end between like ilike exists over partition merge using matched if begin commit rollback grant revoke true false interval cast asc desc',
      )})|(?<number>${NUMBER})`,
    'gi',
  ),
  json: new RegExp(
    `(?<name>"(?:[^"\\\\]|\\\\.)*"(?=\\s*:))|(?<string>"(?:[^"\\\\]|\\\\.)*")|(?<keyword>\\b(?:true|false|null)\\b)|(?<number>${NUMBER})`,
    'g',
  ),
};

export function tokensOf(text: string, language: Language): Token[] {
  if (language === 'text') return [{ text }];
  const tokens: Token[] = [];
  let from = 0;
  for (const match of text.matchAll(RULES[language])) {
    if (match.index > from) tokens.push({ text: text.slice(from, match.index) });
    const kind = Object.entries(match.groups ?? {}).find(([, value]) => value !== undefined)?.[0] as Kind;
    tokens.push({ text: match[0], kind });
    from = match.index + match[0].length;
  }
  if (from < text.length) tokens.push({ text: text.slice(from) });
  return tokens;
}

/** By the field's name first, then by what is in it. */
export function languageOf(field: string, text: string): Language {
  if (/(^|_)(bash|command|cmd|script|env)/i.test(field)) return 'bash';
  if (/(^|_)(sql|hql|query)/i.test(field)) return 'sql';
  if (/^\s*[[{]/.test(text)) {
    try {
      JSON.parse(text);
      return 'json';
    } catch {
      return 'text'; // it only begins like JSON
    }
  }
  return /^\s*(select|insert|update|delete|create|with|merge)\s/i.test(text) ? 'sql' : 'text';
}

/** What Airflow stored of a field, as one would have written it. */
export function fieldText(value: unknown): string {
  if (typeof value === 'string') return value;
  return JSON.stringify(value, null, 2) ?? '';
}
