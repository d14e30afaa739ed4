/** The one model of a server started with a model file, in the protocol's terms. */
import type { Pixels } from '@saker/core-native';
import { SakerError } from '@saker/spec';
import type { FastifyInstance } from 'fastify';
import type { PictureOutcome, TaskInput } from '../inference/messages.js';
import type { ItemResult, ModelInput, ReadyModel, RunOptions, ServedModels } from './served-models.js';
import { RequestStatistics } from './statistics.js';

const VERSION = '1';

/** Reads and runs `app.model` through `app.inference`. */
export function poolModels(app: FastifyInstance): ServedModels {
  const statistics = new RequestStatistics();
  const check = (name: string, version = VERSION): void => {
    if (name !== app.model.name || version !== VERSION)
      throw new SakerError('E_MODEL_UNKNOWN', { name, available: app.model.name });
  };
  return {
    list: () => [{ name: app.model.name, version: VERSION, state: 'READY', reason: '' }],
    versions: (name) => {
      check(name);
      return [VERSION];
    },
    get: (name, version) => {
      check(name, version);
      return readyModel(app);
    },
    run: (_model, input, options) => run(app, statistics, input, options),
    load: async (name) => {
      check(name);
      throw fixed();
    },
    unload: async (name) => {
      check(name);
      throw fixed();
    },
    statistics: (name = app.model.name, version) => {
      check(name, version);
      return [statistics.read(name, VERSION)];
    },
  };
}

function readyModel(app: FastifyInstance): ReadyModel {
  const { info } = app.inference;
  if (!info) throw new SakerError('E_NOT_READY');
  const { input, labels, pipelineHash, tensors } = info;
  const { channels, height, width, layout, dtype } = input;
  const itemDims = layout === 'NCHW' ? [channels, height, width] : [height, width, channels];
  return {
    name: app.model.name,
    version: VERSION,
    signature: {
      input: { name: tensors.input, dtype, itemDims, layout },
      output: { name: tensors.output, kind: tensors.outputKind },
      labels,
    },
    pipelineHash,
    batching: {
      maxBatchSize: 1,
      preferredBatchSizes: [],
      maxQueueDelayUs: 0,
      maxQueueSize: 0,
      defaultTimeoutUs: 0,
    },
    instances: app.inference.state().workers,
  };
}

function fixed(): SakerError {
  return new SakerError('E_FORBIDDEN', {
    detail: 'this server was started with one model file, and keeps it',
  });
}

async function run(
  app: FastifyInstance,
  statistics: RequestStatistics,
  input: ModelInput,
  { signal }: RunOptions,
): Promise<ItemResult[]> {
  const started = performance.now();
  const inputs: TaskInput[] =
    'pictures' in input ? input.pictures.map((bytes) => ({ bytes })) : itemsOf(input.items, input.count);
  const results = await app.inference
    .submit(inputs, { topK: 1, probabilities: true, signal })
    .catch((thrown: unknown) => {
      statistics.addFailure(performance.now() - started);
      throw thrown;
    });
  statistics.add(results, performance.now() - started);
  return results.map(({ outcome }) => itemResult(app, outcome));
}

/** Each item alone in its memory, which moves to a worker. */
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
