/** Weights and gradients of the running network, asked of the engine without changing anything. */
import type { Tensors } from '@saker/core-native/autograd';
import type { CallbackContext } from '../../callbacks/callback.js';
import type { UnitFigures } from './report.js';

/** A rectifying node and the value that it gives. */
export interface Rectifier {
  readonly node: string;
  readonly op: string;
  readonly output: string;
}

interface GraphNode {
  readonly name: string;
  readonly opType: string;
  readonly output: readonly string[];
}

/** The nodes of a graph that give 0 for whatever they silence: Relu, and Clip, which is what ReLU6 is exported as. */
export function rectifiersOf(nodes: readonly GraphNode[]): Rectifier[] {
  return nodes.flatMap(({ name, opType, output }) => {
    const first = output[0];
    return (opType === 'Relu' || opType === 'Clip') && first
      ? [{ node: name || first, op: opType, output: first }]
      : [];
  });
}

/** Names of the weights that the phase trains. */
export function trainedNames({ phase }: CallbackContext): string[] {
  return phase?.groups.flatMap((group) => [...group.params]) ?? [];
}

/**
 * Gradients of the last step's batch at the weights that the step made, before clipping, by weight; null outside
 * `onStepEnd`. One more forward and backward pass, with the step's own draws of Dropout.
 */
export async function gradientsOf({
  config,
  globalStep,
  lastBatch,
  model,
}: CallbackContext): Promise<Tensors | null> {
  if (lastBatch === null) return null;
  const { labelSmoothing, seed } = config;
  const { gradients } = await model.lossAndGradients(
    { input: lastBatch },
    { labelSmoothing, seed, step: globalStep - 1 },
  );
  return gradients;
}

/** How many units of each rectifier are silent for the whole of the last step's batch, in eval mode. */
export async function unitsOf(
  rectifiers: readonly Rectifier[],
  { lastBatch, model }: CallbackContext,
): Promise<UnitFigures[]> {
  if (lastBatch === null || rectifiers.length === 0) return [];
  const outputs = await model.forward(lastBatch, undefined, {
    // Train mode would move the running statistics.
    train: false,
    outputs: rectifiers.map(({ output }) => output),
  });
  return rectifiers.flatMap(({ node, op, output }) => {
    const tensor = outputs[output];
    if (!tensor || tensor.dims.length < 2) return [];
    const { units, dead } = silentUnits(tensor.dims, tensor.data);
    return [{ node, op, units, dead }];
  });
}

/** A unit is a channel of a 4-D output, [N,C,H,W], and an entry of the last axis of others. */
function silentUnits(dims: readonly number[], data: Float32Array): { units: number; dead: number } {
  const axis = dims.length === 4 ? 1 : dims.length - 1;
  const units = dims[axis] as number;
  const inner = dims.slice(axis + 1).reduce((a, b) => a * b, 1);
  const alive = new Uint8Array(units);
  for (let i = 0; i < data.length; i++) if (data[i] !== 0) alive[Math.floor(i / inner) % units] = 1;
  return { units, dead: units - alive.reduce((a, b) => a + b, 0) };
}
