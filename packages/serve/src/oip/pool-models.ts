/** The models of the repository in the protocol's terms. */
import type { Pixels } from '@saker/core-native';
import { SakerError } from '@saker/spec';
import type { FastifyInstance } from 'fastify';
import type { PictureOutcome, TaskInput } from '../inference/messages.js';
import type { Sum } from '../inference/statistics.js';
import type { LoadedVersion } from '../repository/loaded-version.js';
import { inferTraced } from '../tracing/infer.js';
import type {
  Duration,
  ItemResult,
  ModelInput,
  ModelStatistics,
  ReadyModel,
  RunOptions,
  ServedModels,
} from './served-models.js';

const NS_PER_MS = 1e6;
const US_PER_MS = 1000;

/** Which version a request asked for; undefined is the default one. Kept apart from what clients see. */
const asked = new WeakMap<ReadyModel, string | undefined>();

/** Reads and runs `app.models`. */
export function poolModels(app: FastifyInstance): ServedModels {
  const { models } = app;
  const loaded = (name?: string, version?: string): LoadedVersion[] => {
    if (name === undefined) return models.names().flatMap((each) => models.model(each).ready());
    return version === undefined ? models.model(name).ready() : [models.get(name, version)];
  };
  return {
    list: () => models.list(),
    versions: (name) =>
      models
        .model(name)
        .ready()
        .map(({ version }) => version),
    get: (name, version) => {
      models.checkOpen();
      const model = readyModel(models.get(name, version));
      asked.set(model, version);
      return model;
    },
    run: (model, input, options) => run(app, model, input, options),
    load: (name) => models.load(name),
    unload: (name) => models.unload(name),
    statistics: (name, version) => loaded(name, version).map(statisticsOf),
  };
}

function readyModel({ name, version, pool }: LoadedVersion): ReadyModel {
  const { info, batching } = pool;
  if (!info) throw new SakerError('E_NOT_READY');
  const { input, labels, pipelineHash, tensors } = info;
  const { channels, height, width, layout, dtype } = input;
  const itemDims = layout === 'NCHW' ? [channels, height, width] : [height, width, channels];
  return {
    name,
    version,
    signature: {
      input: { name: tensors.input, dtype, itemDims, layout },
      output: { name: tensors.output, kind: tensors.outputKind },
      labels,
    },
    pipelineHash,
    batching: {
      maxBatchSize: pool.maxBatchSize,
      preferredBatchSizes: batching.preferred_batch_size,
      maxQueueDelayUs: batching.max_queue_delay_microseconds,
      maxQueueSize: batching.default_queue_policy.max_queue_size,
      defaultTimeoutUs: batching.default_queue_policy.default_timeout_microseconds,
    },
    instances: pool.state().workers,
  };
}

async function run(
  app: FastifyInstance,
  model: ReadyModel,
  input: ModelInput,
  { signal, priority, timeoutUs, trace }: RunOptions,
): Promise<ItemResult[]> {
  const inputs: TaskInput[] =
    'pictures' in input
      ? input.pictures.map((picture) => ({ chunks: [picture] }))
      : itemsOf(input.items, input.count);
  const options = {
    topK: 1,
    probabilities: true,
    signal,
    priority,
    ...(timeoutUs === undefined ? {} : { queueTimeoutMs: timeoutUs / US_PER_MS }),
  };
  const version = { name: model.name, version: asked.get(model) };
  const { results } = await inferTraced(app.models, version, inputs, options, trace);
  return results.map(({ outcome }) => itemResult(app, outcome));
}

/** Each item alone in its memory, because a copy of the whole would go to the worker with each. */
function itemsOf(items: Pixels, count: number): TaskInput[] {
  const length = items.length / count;
  return Array.from({ length: count }, (_, i) => ({ item: items.slice(i * length, (i + 1) * length) }));
}

function itemResult(app: FastifyInstance, outcome: PictureOutcome): ItemResult {
  if (outcome.ok && outcome.probabilities && outcome.scores)
    return { ok: true, probabilities: outcome.probabilities, scores: outcome.scores };
  if (outcome.ok) throw new SakerError('E_INTERNAL', { detail: 'a worker left out the scores' });
  if (outcome.stack) app.log.error({ code: outcome.error.code, stack: outcome.stack }, 'prediction failed');
  return { ok: false, error: SakerError.fromJSON(outcome.error) };
}

function statisticsOf({ name, version, pool: { statistics } }: LoadedVersion): ModelStatistics {
  const copy = ({ count, ms }: Sum): Duration => ({ count, ns: ms * NS_PER_MS });
  return {
    name,
    version,
    lastInference: statistics.lastInference,
    inferenceCount: statistics.inferenceCount,
    executionCount: statistics.executionCount,
    success: copy(statistics.success),
    fail: copy(statistics.fail),
    queue: copy(statistics.queue),
    computeInput: copy(statistics.computeInput),
    computeInfer: copy(statistics.computeInfer),
    computeOutput: copy(statistics.computeOutput),
    batches: [...statistics.batches]
      .sort(([a], [b]) => a - b)
      .map(([batchSize, sums]) => ({
        batchSize,
        computeInput: copy(sums.computeInput),
        computeInfer: copy(sums.computeInfer),
        computeOutput: copy(sums.computeOutput),
      })),
  };
}
