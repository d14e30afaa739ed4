/** A configuration in the engine's terms. */
import type {
  ModelOptions,
  OptimizerConfig,
  TrainableModel,
  TrainOptions,
} from '@saker/core-native/autograd';
import { type OnnxModel, residualBranches } from '@saker/graph';
import { SakerError } from '@saker/spec';
import type { ResolvedConfig } from '../config/resolve.js';
import type { Phase, RecipeParameter } from './recipe.js';

/** At most one limit; none leaves gradients as they are. */
export type ClipOptions = Pick<TrainOptions, 'clipGradNorm' | 'clipGradValue' | 'clipGradAgc'>;

export function clipOptions({ clipMode, clipGradNorm: limit }: ResolvedConfig): ClipOptions {
  if (limit === null) return {};
  if (clipMode === 'norm') return { clipGradNorm: limit };
  return clipMode === 'value' ? { clipGradValue: limit } : { clipGradAgc: limit };
}

/**
 * How the engine runs `model` in this run.
 * @throws SakerError E_CUDA_NOT_BUILT for device cuda, E_ARG_INVALID for dropPath on a model without residual branches.
 */
export function engineOptions(config: ResolvedConfig, model: OnnxModel): ModelOptions {
  if (config.device === 'cuda') throw new SakerError('E_CUDA_NOT_BUILT');
  const { threads, amp, gradCheckpointing, dropPath } = config;
  if (dropPath === 0) return { threads, amp, gradientCheckpointing: gradCheckpointing };
  const branches = residualBranches(model);
  if (branches.length === 0) {
    const expected = 'a model with residual branches, or 0';
    throw new SakerError('E_ARG_INVALID', { name: 'dropPath', expected, received: dropPath });
  }
  const rates = branches.map((name, i) => [name, (dropPath * (i + 1)) / branches.length] as const);
  const stochasticDepth = Object.fromEntries(rates);
  return { threads, amp, gradientCheckpointing: gradCheckpointing, stochasticDepth };
}

function optimizerConfig(config: ResolvedConfig, phase: Phase): OptimizerConfig {
  const { optimizer: type, momentum, nesterov } = config;
  const own = type === 'sgd' ? { momentum, nesterov } : type === 'rmsprop' ? { momentum } : {};
  return { type, ...own, groups: phase.groups };
}

/** Makes the phase's weights, and no others, trainable, under a fresh optimiser; gives their names. */
export async function enterPhase(
  model: TrainableModel,
  config: ResolvedConfig,
  parameters: readonly RecipeParameter[],
  phase: Phase,
): Promise<string[]> {
  const names = phase.groups.flatMap((group) => group.params);
  model.setTrainable(
    parameters.map((p) => p.name),
    false,
  );
  model.setTrainable(names, true);
  await model.configureOptimizer(optimizerConfig(config, phase));
  return names;
}
