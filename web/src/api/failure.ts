// What an operation answered instead of what was asked, as a value that pages show. The server's details come in
// FastAPI's shapes: a text; a list of {loc, msg, type}; an object with a message or a reason.

export interface FieldProblem {
  /** Path in the body or query, without FastAPI's first word ("body", "query", "path"): "conf.limit". */
  field: string;
  message: string;
}

export class Failure extends Error {
  constructor(
    /** HTTP status; 0: the server was not reached. */
    readonly status: number,
    readonly sentences: string[],
    readonly fields: FieldProblem[] = [],
    /** What was asked: "GET /api/v2/dags". */
    readonly request = '',
  ) {
    super(sentences.join(' ') || `${request}: ${status}`);
    this.name = 'Failure';
  }
  get is_unreachable() {
    return this.status === 0;
  }
  /** The sentences about one field of a form. */
  of(field: string): string | undefined {
    return this.fields.filter((problem) => problem.field === field).map((problem) => problem.message)[0];
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const sentence = (text: string) => {
  const trimmed = text.trim();
  return /[.!?…:`]$/.test(trimmed) || trimmed === '' ? trimmed : `${trimmed}.`;
};

function fieldProblem(value: unknown): FieldProblem | undefined {
  if (!isObject(value) || typeof value.msg !== 'string') return undefined;
  const loc = Array.isArray(value.loc) ? value.loc.slice(1) : [];
  return { field: loc.join('.'), message: value.msg };
}

export function failureOf(status: number, body: unknown, request = ''): Failure {
  const detail = isObject(body) && 'detail' in body ? body.detail : body;
  if (typeof detail === 'string') return new Failure(status, detail ? [sentence(detail)] : [], [], request);
  if (Array.isArray(detail)) {
    const fields = detail.map(fieldProblem).filter((problem) => problem !== undefined);
    const sentences = fields.map(({ field, message }) => sentence(field ? `${field}: ${message}` : message));
    return new Failure(status, sentences, fields, request);
  }
  if (isObject(detail)) {
    const parts = [detail.reason, detail.message, detail.msg].filter((part) => typeof part === 'string' && part !== '');
    return new Failure(status, [sentence(parts.join(': '))].filter(Boolean), [], request);
  }
  return new Failure(status, [], [], request);
}

/** Any thrown thing as a Failure: our own mistakes are shown too, never swallowed. */
export function asFailure(error: unknown): Failure {
  if (error instanceof Failure) return error;
  return new Failure(-1, [sentence(error instanceof Error ? error.message : String(error))]);
}
