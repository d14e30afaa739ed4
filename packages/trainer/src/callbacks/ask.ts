/** What a run asks its callbacks for. */
import type { Tensors, TrainableModel, TrainOptions } from '@saker/core-native/autograd';
import type { Attached } from './dispatcher.js';

/** The weights to validate and to ship: those of the first callback that has some, else the network's own. */
export async function evaluatedWeights(
  attached: readonly Attached[],
  model: TrainableModel,
): Promise<Tensors> {
  for (const { callback, context } of attached) {
    const weights = await callback.weights?.(context);
    if (weights) return weights;
  }
  return model.readTensors();
}

/** The engine options that callbacks add to the next step. */
export function stepOptions(attached: readonly Attached[]): Partial<TrainOptions> {
  return Object.assign({}, ...attached.map(({ callback, context }) => callback.stepOptions?.(context)));
}
