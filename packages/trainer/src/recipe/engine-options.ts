/** A configuration in the engine's terms. */
import type { OptimizerConfig, TrainableModel, TrainOptions } from '@saker/core-native/autograd';
import type { ResolvedConfig } from '../config/resolve.js';
import type { Phase, RecipeParameter } from './recipe.js';

/** At most one limit; none leaves gradients as they are. */
export type ClipOptions = Pick<TrainOptions, 'clipGradNorm' | 'clipGradValue' | 'clipGradAgc'>;

export function clipOptions({ clipMode, clipGradNorm: limit }: ResolvedConfig): ClipOptions {
  if (limit === null) return {};
  if (clipMode === 'norm') return { clipGradNorm: limit };
  return clipMode === 'value' ? { clipGradValue: limit } : { clipGradAgc: limit };
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
