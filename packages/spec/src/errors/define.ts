/**
 * How an error family is declared. Each entry has a sentence template whose `{placeholders}` are filled from the
 * parameters given at the throw site, a hint that says what to do next, an HTTP status and a process exit code.
 * Codes are never reused for another meaning.
 */
export interface ErrorEntry {
  /** The sentence. `{name}` is replaced by the parameter of that name. */
  readonly sentence: string;
  /** What to do next; may hold placeholders too. */
  readonly hint: string;
  readonly httpStatus: number;
  /** 1 general, 2 usage, 3 data, 4 picture, 5 model, 6 environment, 7 server, 8 training, 70 internal, 130 cancelled. */
  readonly exitCode: number;
}

/** Keeps the literal keys, so that `ErrorCode` is the union of all declared codes. */
export function defineErrors<const T extends Readonly<Record<`E_${string}`, ErrorEntry>>>(family: T): T {
  return family;
}

/** Shorthand for one entry. */
export function entry(sentence: string, hint: string, httpStatus: number, exitCode: number): ErrorEntry {
  return { sentence, hint, httpStatus, exitCode };
}
