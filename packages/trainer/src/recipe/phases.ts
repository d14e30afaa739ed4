import type { ResolvedConfig } from '../config/resolve.js';
import { groupParameters, type Phase, type RecipeParameter } from './recipe.js';

/** Depth is cut into this many steps, so that a deep network has few parameter groups. */
const DEPTH_STEPS = 8;

/** Learning-rate factor of a backbone layer: geometric from `discriminative` (first layer) to 1 (last). */
function depthFactor(depth: number, discriminative: number): number {
  const step = Math.round(depth * (DEPTH_STEPS - 1)) / (DEPTH_STEPS - 1);
  return discriminative ** (1 - step);
}

/** Layer-wise decay (BEiT, Bao et al. 2022; timm's param_groups_layer_decay): each layer at `decay` of the one behind it. */
const layerRate = (config: ResolvedConfig, decay: number, p: RecipeParameter): number =>
  config.lr * decay ** p.layersBelow;

function scratch(config: ResolvedConfig, parameters: readonly RecipeParameter[]): Phase[] {
  const { lr, layerDecay, weightDecay } = config;
  const lrOf = (p: RecipeParameter) => (layerDecay === null ? lr : layerRate(config, layerDecay, p));
  const groups = groupParameters(parameters, lrOf, weightDecay);
  return [{ name: 'all', epochs: config.epochs, groups, lr: config.lr }];
}

/**
 * Head first with the backbone frozen, then everything: the backbone at `lr`, lower towards the input
 * (discriminative rates, Howard and Ruder, ULMFiT, ACL 2018), the head at ten times `lr`. A layer-wise decay takes the
 * place of both: the head is at `lr` then.
 */
function fineTune(config: ResolvedConfig, parameters: readonly RecipeParameter[]): Phase[] {
  const head = parameters.filter((p) => p.head);
  const { layerDecay } = config;
  const discriminative = (p: RecipeParameter) =>
    p.head ? config.lr * 10 : config.lr * depthFactor(p.depth, config.discriminative);
  const lrOf = (p: RecipeParameter) =>
    layerDecay === null ? discriminative(p) : layerRate(config, layerDecay, p);
  const phases: Phase[] = [
    {
      name: 'head',
      epochs: config.headEpochs,
      groups: groupParameters(head, () => config.headLr, config.weightDecay),
      lr: config.headLr,
    },
    {
      name: 'all',
      epochs: config.epochs,
      groups: groupParameters(parameters, lrOf, config.weightDecay),
      lr: config.lr,
    },
  ];
  return phases.filter((phase) => phase.epochs > 0);
}

/** The phases of a run. */
export function planPhases(config: ResolvedConfig, parameters: readonly RecipeParameter[]): Phase[] {
  return config.recipe === 'scratch' ? scratch(config, parameters) : fineTune(config, parameters);
}
