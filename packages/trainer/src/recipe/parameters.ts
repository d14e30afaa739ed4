import type { TrainableModel } from '@saker/core-native/autograd';
import { layersFromHead } from '@saker/graph';
import { SakerError } from '@saker/spec';
import type { PreparedModel } from '../model/prepare.js';
import type { RecipeParameter } from './recipe.js';

/**
 * The trainable parameters of a prepared model with their place in the graph.
 * @throws SakerError E_TRAIN_NO_PARAMETERS.
 */
export function recipeParameters(trained: TrainableModel, prepared: PreparedModel): RecipeParameter[] {
  const head = new Set(prepared.headParameters);
  const backbone = prepared.depthOrder.filter((name) => !head.has(name));
  const position = new Map(backbone.map((name, i) => [name, i / Math.max(1, backbone.length - 1)]));
  const layers = layersFromHead(prepared.depthOrder, prepared.headParameters);
  const parameters = trained
    .parameters()
    .filter((p) => !p.isBuffer)
    .map(({ name, dims }) => ({
      ...{ name, dims, head: head.has(name) },
      depth: position.get(name) ?? 1,
      layersBelow: layers.get(name) ?? 0,
    }));
  if (parameters.length === 0)
    throw new SakerError('E_TRAIN_NO_PARAMETERS', { detail: 'the graph has no floating-point weights' });
  return parameters;
}
