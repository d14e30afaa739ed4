/** POST /predict: pictures in, labels out. */
import { SakerError } from '@saker/spec';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { readUpload } from '../body/read-upload.js';
import type { Upload, UploadedPicture } from '../body/upload.js';
import type { TaskResult } from '../inference/task.js';
import type { ResolvedLimits } from '../options.js';
import { publicError } from '../plugins/errors.js';
import { declaredLength } from '../plugins/limits.js';
import { inferTraced } from '../tracing/infer.js';
import { traced } from '../tracing/request-trace.js';
import { goneSignal } from './gone.js';
import { type PredictionJson, predictionJson, serverTiming } from './prediction-json.js';

const MAX_TOP_K = 1000;
const MAX_NAME = 256;

const querySchema = z.object({
  topK: z.coerce
    .number('a whole number')
    .int('a whole number')
    .min(1, 'at least 1')
    .max(MAX_TOP_K)
    .optional(),
  probabilities: z.enum(['true', 'false']).optional(),
  /** Needed where several models are served. */
  model: z.string().max(MAX_NAME).optional(),
  version: z.string().max(MAX_NAME).optional(),
});

interface Query {
  readonly topK: number;
  readonly probabilities: boolean;
  readonly name?: string;
  readonly version?: string;
}

export function predictRoutes(app: FastifyInstance, limits: ResolvedLimits, done: () => void): void {
  // Refuses before a byte of the body is read.
  const admit = (request: FastifyRequest, reply: FastifyReply, next: (error?: Error) => void): void => {
    const { model, version } = request.query as { readonly model?: string; readonly version?: string };
    try {
      reply.raw.once('close', app.models.admit(model, version));
      next();
    } catch (thrown) {
      next(SakerError.from(thrown));
    }
  };

  app.post('/predict', { onRequest: admit }, async (request, reply) => {
    const started = performance.now();
    const query = parseQuery(request.query, limits.topK);
    const upload = await receive(app, request, limits.maxPictures, async (received) => {
      const answer = await inferTraced(
        app.models,
        query,
        received.pictures.map(({ chunks }) => ({ chunks })),
        { topK: query.topK, probabilities: query.probabilities, signal: goneSignal(reply) },
        request.trace,
      );
      return { received, model: query.name ?? app.models.onlyName ?? '', ...answer };
    });
    return respond(request, reply, upload, performance.now() - started);
  });
  done();
}

interface Answered {
  readonly received: Upload;
  readonly model: string;
  readonly version: string;
  readonly results: readonly TaskResult[];
}

/** Holds the body's share of memory until the work on it is done. */
async function receive<T>(
  app: FastifyInstance,
  request: FastifyRequest,
  maxPictures: number,
  work: (upload: Upload) => Promise<T>,
): Promise<T> {
  const lease = app.bodyBudget.open(declaredLength(request));
  try {
    const read = () => readUpload(request, lease, maxPictures);
    return await work(await traced(request.trace, 'body', read));
  } finally {
    lease.release();
  }
}

function respond(
  request: FastifyRequest,
  reply: FastifyReply,
  { received, model, version, results }: Answered,
  totalMs: number,
): object {
  const items = results.map((result, i) => settle(request, received.pictures[i], result));
  void reply.header('server-timing', serverTiming(items, totalMs));
  const [first] = items;
  if (!received.many && first) {
    if (first instanceof SakerError) throw first;
    return { model, version, ...first, timings: { ...first.timings, totalMs: round(totalMs) } };
  }
  return {
    model,
    version,
    results: items.map((item, i) => {
      const name = received.pictures[i]?.name;
      const named = name ? { file: name } : {};
      return item instanceof SakerError ? { ...named, error: item.toProblem() } : { ...named, ...item };
    }),
    timings: { totalMs: round(totalMs) },
  };
}

/** One picture's answer or its error, with the file's name in the sentence. */
function settle(
  request: FastifyRequest,
  picture: UploadedPicture | undefined,
  { outcome, queueMs }: TaskResult,
): PredictionJson | SakerError {
  if (outcome.ok) return predictionJson(outcome, queueMs);
  const error = SakerError.fromJSON(outcome.error).with(picture?.name ? { file: picture.name } : {});
  const shown = publicError(error, request.id);
  if (shown !== error || outcome.stack)
    request.log.error({ code: error.code, detail: error.message, stack: outcome.stack }, 'prediction failed');
  return shown;
}

function parseQuery(query: unknown, defaultTopK: number): Query {
  const checked = querySchema.safeParse(query);
  if (!checked.success) {
    const issue = checked.error.issues[0];
    const name = String(issue?.path[0] ?? 'the query');
    const received = String((query as Readonly<Record<string, unknown>>)[name]).slice(0, 64);
    throw new SakerError('E_ARG_INVALID', { name, expected: issue?.message ?? 'another value', received });
  }
  return {
    name: checked.data.model,
    version: checked.data.version,
    topK: checked.data.topK ?? defaultTopK,
    probabilities: checked.data.probabilities === 'true',
  };
}

function round(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}
