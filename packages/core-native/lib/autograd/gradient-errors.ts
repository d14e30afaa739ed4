import type { GraphProgram } from '@saker/spec';
import { requireAddon } from './capabilities.js';
import { sync } from './errors.js';
import type { Tensor } from './types.js';

/**
 * Checks the gradients of a small graph, as torch.autograd.gradcheck does: for the data input and every weight, the
 * largest difference between the engine's gradient of a fixed weighted sum of the outputs and a central difference in
 * f64 at a distance of 1e-5, relative to the gradient's largest magnitude. Runs on the calling thread and moves every
 * element twice. `train` (default false) chooses the mode of normalisation layers. Throws E_OP_UNSUPPORTED,
 * E_ENGINE_ARGUMENT, E_OP_FAILED.
 */
export function gradientErrors(
  program: GraphProgram,
  input: Tensor,
  options: { readonly train?: boolean } = {},
): Record<string, number> {
  return sync(() => requireAddon().gradientErrors(program, input, options.train ?? false));
}
