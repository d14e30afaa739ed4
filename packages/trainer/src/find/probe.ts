/** What the finders share: the run that a configuration describes, opened but not started. */
import { compilePipeline, type Loader } from '@saker/core-native';
import { TrainableModel } from '@saker/core-native/autograd';
import { toProgram } from '@saker/graph';
import { parseRunConfig, type RunConfigInput, SakerError } from '@saker/spec';
import { type ResolvedConfig, resolveConfig, resolvePipelines } from '../config/resolve.js';
import { openData, type RunData } from '../data.js';
import type { EventListener } from '../events.js';
import { MODEL_TASK } from '../loop/export.js';
import { openLoader } from '../loop/open-loader.js';
import { openModel } from '../model/prepare.js';
import { engineOptions } from '../recipe/engine-options.js';
import { recipeParameters } from '../recipe/parameters.js';
import { planPhases } from '../recipe/phases.js';
import type { Phase } from '../recipe/recipe.js';
import { planBalance } from '../task/balance.js';
import { configureTask } from '../task/configure.js';
import { taskLoaderOptions } from '../task/loader.js';

/** A run opened for measuring: `close` frees the engine. */
export interface Probe {
  readonly config: ResolvedConfig;
  readonly data: RunData;
  readonly model: TrainableModel;
  /** The phase that trains the most. */
  readonly phase: Phase;
  /** A loader of the training pictures through the training pipeline; the caller closes it. */
  loader(batchSize: number): Loader;
  /** Gives the engine the run's optimiser with fresh state. */
  freshOptimizer(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Opens data and model as `fit` does.
 * @throws SakerError as `fit`, before its first step.
 */
export async function openProbe(input: RunConfigInput, onEvent?: EventListener): Promise<Probe> {
  const given = parseRunConfig(input);
  const source = await openModel(given.model, given.size, given.weights);
  const data = await openData(given, (event) => onEvent?.(event));
  const prepared = source.prepare(data.classes, given.seed, MODEL_TASK[data.task]);
  const config = resolveConfig({ ...given, task: data.task }, prepared.facts);
  const balance = await planBalance(config, data);
  const pipelines = resolvePipelines(config, prepared.facts);
  const program = compilePipeline(pipelines.train);
  const model = TrainableModel.create(toProgram(prepared.model), engineOptions(config, prepared.model));
  const phase = planPhases(config, recipeParameters(model, prepared)).at(-1);
  if (!phase) {
    await model.close();
    const expected = 'at least one epoch in epochs or headEpochs';
    throw new SakerError('E_ARG_INVALID', { name: 'epochs', expected, received: 0 });
  }
  const names = phase.groups.flatMap((group) => group.params);
  const frozen = model.parameters().filter((p) => !p.isBuffer && !names.includes(p.name));
  model.setTrainable(
    frozen.map((p) => p.name),
    false,
  );
  model.setTrainable(names, true);
  await configureTask(model, config, pipelines, prepared, data, balance);
  return {
    config,
    data,
    model,
    phase,
    loader: (batchSize) =>
      openLoader(
        {
          pipeline: program,
          ...taskLoaderOptions(data, balance),
          batchSize,
          shuffle: true,
          seed: config.seed,
          threads: config.threads,
          dropLast: data.train.length > batchSize,
        },
        config.device,
      ),
    freshOptimizer: () =>
      model.configureOptimizer({
        type: config.optimizer,
        ...(config.optimizer === 'sgd' ? { momentum: config.momentum, nesterov: config.nesterov } : {}),
        ...(config.optimizer === 'rmsprop' ? { momentum: config.momentum } : {}),
        groups: phase.groups,
      }),
    close: () => model.close(),
  };
}
