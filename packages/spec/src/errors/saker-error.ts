import { ERRORS, type ErrorCode, isErrorCode } from './registry.js';

/** Values that fill a sentence's placeholders. */
export type ErrorParams = Readonly<Record<string, string | number | boolean | null | undefined>>;

/** An error as it travels: between threads, in JSON output and in HTTP bodies. */
export interface ErrorJson {
  readonly code: ErrorCode;
  readonly message: string;
  readonly hint: string;
  readonly params: ErrorParams;
}

/** RFC 9457 problem details, with Saker's code and hint as extension members. */
export interface ProblemDetails {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: ErrorCode;
  readonly hint: string;
}

/** What stands for a parameter that was not given. */
const ABSENT: Readonly<Record<string, string>> = {
  file: 'The picture',
  suggestion: '',
  diagnosis: '',
  advice: '',
};

function fill(template: string, params: ErrorParams): string {
  return template.replace(/\{([a-zA-Z]+)\}/g, (whole, name: string) => {
    if (name in params) return String(params[name]);
    return ABSENT[name] ?? whole;
  });
}

/** What V8 says when there is no memory for a typed array's values. */
const NO_ARRAY = 'Array buffer allocation failed';

/**
 * The one error class of Saker. `message` is the registry's sentence filled with `params`; `hint` says what to do
 * next. Native code throws this same class.
 */
export class SakerError extends Error {
  override readonly name = 'SakerError';
  readonly code: ErrorCode;
  readonly hint: string;
  readonly params: ErrorParams;
  readonly httpStatus: number;
  readonly exitCode: number;

  constructor(code: ErrorCode, params: ErrorParams = {}, options?: { readonly cause?: unknown }) {
    const known = isErrorCode(code) ? code : 'E_INTERNAL';
    const entry = ERRORS[known];
    const values = known === code ? params : { detail: `unregistered error code ${code}` };
    super(fill(entry.sentence, values), options);
    this.code = known;
    this.params = values;
    this.hint = fill(entry.hint, values);
    this.httpStatus = entry.httpStatus;
    this.exitCode = entry.exitCode;
  }

  /** The same error with more parameters, for a caller that knows the file a lower layer did not. */
  with(params: ErrorParams): SakerError {
    return new SakerError(this.code, { ...this.params, ...params }, { cause: this.cause });
  }

  toJSON(): ErrorJson {
    return { code: this.code, message: this.message, hint: this.hint, params: this.params };
  }

  /** Body for `application/problem+json`. */
  toProblem(): ProblemDetails {
    return {
      type: `urn:saker:error:${this.code}`,
      title: this.code,
      status: this.httpStatus,
      detail: this.message,
      code: this.code,
      hint: this.hint,
    };
  }

  /** Rebuilds an error that crossed a thread or a socket. */
  static fromJSON(json: Pick<ErrorJson, 'code' | 'params'>): SakerError {
    return new SakerError(json.code, json.params);
  }

  /**
   * Any thrown value as a SakerError, with the original as `cause`: E_MEMORY when the runtime found no memory for an array,
   * else E_INTERNAL.
   */
  static from(thrown: unknown): SakerError {
    if (thrown instanceof SakerError) return thrown;
    const detail = thrown instanceof Error ? thrown.message : String(thrown);
    const noMemory = thrown instanceof RangeError && detail === NO_ARRAY;
    return new SakerError(noMemory ? 'E_MEMORY' : 'E_INTERNAL', { detail }, { cause: thrown });
  }
}
