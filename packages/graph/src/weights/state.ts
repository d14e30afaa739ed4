/** The tensors of a zoo graph that a state dict of its reference holds. */
import type { OnnxModel } from '../model.js';
import { dtypeOf, tensorDims } from '../tensor.js';

/**
 * Dims by name of the learned tensors and running statistics: the floating-point initializers that have dimensions, in
 * file order. Scalars and shapes are constants of the graph.
 */
export function stateOf(model: OnnxModel): Map<string, number[]> {
  const floats = model.graph.initializer.filter(
    (tensor) => tensor.dims.length > 0 && dtypeOf(tensor.dataType) === 'f32',
  );
  return new Map(floats.map((tensor) => [tensor.name, tensorDims(tensor)]));
}
