/** Where the numbers of a refused step stop being finite. */
import type { Batch } from '@saker/core-native';
import type { TrainableModel, TrainOptions } from '@saker/core-native/autograd';
import type { OnnxModel } from '@saker/graph';

export interface Divergence {
  /** Positions in the batch of readable items whose pixels are not finite. */
  readonly badItems: readonly number[];
  /** Weights and running statistics that were not finite before the step. */
  readonly badWeights: readonly string[];
  /** Greatest magnitude of a finite weight. */
  readonly largestWeight: number;
  /** The first node on the way to the output whose value is not finite; null: all are. */
  readonly node: string | null;
  readonly op: string | null;
}

function finite(values: ArrayLike<number>): boolean {
  for (let i = 0; i < values.length; i++) if (!Number.isFinite(values[i])) return false;
  return true;
}

async function badItemsOf(batch: Batch): Promise<number[]> {
  const pixels = await batch.toHost();
  if (!(pixels instanceof Float32Array)) return [];
  const size = pixels.length / batch.count;
  return Array.from({ length: batch.count }, (_, i) => i).filter(
    (i) => batch.statuses[i] === null && !finite(pixels.subarray(i * size, (i + 1) * size)),
  );
}

/**
 * Runs the batch again in train mode, with the step's draws, and looks for the first bad value by halving: what is not
 * finite stays so on the way to the output but where an op cuts it off, so the node found may be a later one of several.
 * The model is as before afterwards.
 */
export async function findDivergence(
  model: TrainableModel,
  graph: OnnxModel,
  batch: Batch,
  { seed, step }: TrainOptions,
): Promise<Divergence> {
  const tensors = await model.readTensors();
  const badWeights: string[] = [];
  let largestWeight = 0;
  for (const [name, { data }] of Object.entries(tensors)) {
    if (!finite(data)) badWeights.push(name);
    else for (const v of data) largestWeight = Math.max(largestWeight, Math.abs(v));
  }
  const found = { badItems: await badItemsOf(batch), badWeights, largestWeight, node: null, op: null };
  if (found.badItems.length > 0 || badWeights.length > 0) return found;
  const options = { train: true, seed: seed ?? 0, step: step ?? 0 };
  const nodes = graph.nodes.filter(({ opType, output }) => output[0] && !NOT_PIXELS.has(opType));
  const good = async (i: number): Promise<boolean> => {
    const name = nodes[i]!.output[0]!;
    const value = (await model.forward(batch, undefined, { ...options, outputs: [name] }))[name];
    return value === undefined || finite(value.data);
  };
  try {
    if (nodes.length === 0 || (await good(nodes.length - 1))) return found;
    let [low, high] = [0, nodes.length - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (await good(middle)) low = middle + 1;
      else high = middle;
    }
    const { name, opType, output } = nodes[low]!;
    return { ...found, node: name || output[0]!, op: opType };
  } finally {
    // Train mode took the bad values into the running statistics.
    await model.writeTensors(tensors);
  }
}

/** Nodes whose values are shapes or constants. */
const NOT_PIXELS = new Set(['Constant', 'Shape', 'ConstantOfShape', 'Size', 'Range']);
