/** The server's answers, as far as the page shows them. */

export interface RankedClass {
  readonly label: string;
  readonly index: number;
  readonly confidence: number;
}

export interface Timings {
  readonly queueMs: number;
  readonly preprocessMs: number;
  readonly inferenceMs: number;
  readonly totalMs: number;
}

export interface Answer {
  readonly model: string;
  /** No class reaches the model's threshold: `topK` says which come nearest. */
  readonly abstained?: true;
  readonly topK: readonly RankedClass[];
  readonly timings: Timings;
  /** From pressing send to the whole answer, as the browser saw it. */
  readonly roundTripMs: number;
}

/** What went wrong: the server's problem body, or that no answer came. */
export interface Problem {
  readonly code: string;
  readonly message: string;
  readonly hint: string | null;
  /** Seconds that the server asks to wait. */
  readonly retryAfter: number | null;
  readonly needsKey: boolean;
}

export class PredictError extends Error {
  constructor(readonly problem: Problem) {
    super(problem.message);
  }
}

/** A model that can be picked. */
export interface ModelChoice {
  readonly name: string;
  readonly version: string;
}

const UNREACHABLE: Problem = {
  code: 'no answer',
  message: 'The server did not answer.',
  hint: 'Check that it runs and that this device can reach it, then try again.',
  retryAfter: null,
  needsKey: false,
};

const headersOf = (key: string): HeadersInit => (key ? { authorization: `Bearer ${key}` } : {});

/** Address that a picture is posted to. */
export function predictUrl(model: ModelChoice | null, topK: number): string {
  const query = new URLSearchParams({ topK: String(topK) });
  if (model) {
    query.set('model', model.name);
    if (model.version) query.set('version', model.version);
  }
  return `${new URL('predict', document.baseURI).href}?${query}`;
}

async function problemOf(response: Response): Promise<Problem> {
  const body = (await response.json().catch(() => null)) as Record<string, unknown> | null;
  const text = (name: string): string | null =>
    typeof body?.[name] === 'string' ? (body[name] as string) : null;
  const wait = Number(response.headers.get('retry-after'));
  return {
    code: text('code') ?? String(response.status),
    message: text('detail') ?? text('message') ?? `The server answered with status ${response.status}.`,
    hint: text('hint'),
    retryAfter: Number.isFinite(wait) && wait > 0 ? wait : null,
    needsKey: response.status === 401,
  };
}

/** Posts one picture. @throws PredictError */
export async function predict(
  picture: File,
  options: { model: ModelChoice | null; topK: number; key: string; signal: AbortSignal },
): Promise<Answer> {
  const body = new FormData();
  body.append('file', picture, picture.name);
  const started = performance.now();
  const response = await fetch(predictUrl(options.model, options.topK), {
    method: 'POST',
    body,
    headers: headersOf(options.key),
    signal: options.signal,
  }).catch((cause: unknown) => {
    if (options.signal.aborted) throw cause;
    throw new PredictError(UNREACHABLE);
  });
  if (!response.ok) throw new PredictError(await problemOf(response));
  const answer = (await response.json()) as Omit<Answer, 'roundTripMs'>;
  return { ...answer, roundTripMs: performance.now() - started };
}

/** The models that are ready; empty when the server does not tell. */
export async function listModels(key: string): Promise<readonly ModelChoice[]> {
  const url = new URL('v2/repository/index', document.baseURI).href;
  const response = await fetch(url, {
    method: 'POST',
    body: JSON.stringify({ ready: true }),
    headers: { ...headersOf(key), 'content-type': 'application/json' },
  }).catch(() => null);
  if (!response?.ok) return [];
  const list = (await response.json().catch(() => [])) as readonly Partial<ModelChoice>[];
  return list.flatMap(({ name, version }) => (name ? [{ name, version: version ?? '' }] : []));
}
