/** A configuration in the engine's terms. */
import type {
  Device,
  ModelOptions,
  OptimizerConfig,
  TrainableModel,
  TrainOptions,
} from '@saker/core-native/autograd';
import { type OnnxModel, residualBranches } from '@saker/graph';
import { SakerError } from '@saker/spec';
import type { ResolvedConfig } from '../config/resolve.js';
import type { ProcessPlace } from '../distributed/environment.js';
import type { Phase, RecipeParameter } from './recipe.js';

/** At most one limit; none leaves gradients as they are. */
export type ClipOptions = Pick<TrainOptions, 'clipGradNorm' | 'clipGradValue' | 'clipGradAgc'>;

export function clipOptions({ clipMode, clipGradNorm: limit }: ResolvedConfig): ClipOptions {
  if (limit === null) return {};
  if (clipMode === 'norm') return { clipGradNorm: limit };
  return clipMode === 'value' ? { clipGradValue: limit } : { clipGradAgc: limit };
}

/**
 * The engine's device: with `cuda`, each process of a run takes the one of its place on the machine.
 * @throws SakerError E_ARG_INVALID for one numbered device in a run of several processes.
 */
export function engineDevice(device: string, place: ProcessPlace | null): Device {
  if (place === null || place.worldSize === 1 || device === 'cpu') return device as Device;
  if (device === 'cuda') return `cuda:${place.localRank}`;
  const expected = 'cuda in a run of several processes, each of which takes a device of its own';
  throw new SakerError('E_ARG_INVALID', { name: 'device', expected, received: device });
}

/**
 * How the engine runs `model` in this run, or in this process of it.
 * @throws SakerError E_ARG_INVALID for dropPath on a model without residual branches, and as `engineDevice`.
 */
export function engineOptions(
  config: ResolvedConfig,
  model: OnnxModel,
  place: ProcessPlace | null = null,
): ModelOptions {
  const { threads, amp, gradCheckpointing, dropPath } = config;
  const device = engineDevice(config.device, place);
  const plain = { device, threads, amp, gradientCheckpointing: gradCheckpointing };
  if (dropPath === 0) return plain;
  const branches = residualBranches(model);
  if (branches.length === 0) {
    const expected = 'a model with residual branches, or 0';
    throw new SakerError('E_ARG_INVALID', { name: 'dropPath', expected, received: dropPath });
  }
  const rates = branches.map((name, i) => [name, (dropPath * (i + 1)) / branches.length] as const);
  const stochasticDepth = Object.fromEntries(rates);
  return { ...plain, stochasticDepth };
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
