import {
  buildModel,
  featureExtractor,
  headOf,
  readModel,
  readTensor,
  tensorNumbers,
  writeModel,
} from '@saker/graph';
import { describe, expect, it } from 'vitest';
import { floats, graph, node } from './helpers/graphs.js';
import { ramp, runOnnx } from './helpers/run.js';

describe('featureExtractor', () => {
  it('gives what the classifier multiplies', async () => {
    const model = buildModel('resnet8', { numClasses: 5, size: 32, seed: 3 });
    const { model: trunk, width } = featureExtractor(model);
    const dims = [2, 3, 32, 32];
    const features = await runOnnx(writeModel(readModel(writeModel(trunk))), dims, ramp(2 * 3 * 32 * 32));
    expect(features.dims).toEqual([2, width]);
    const [weight, bias] = headOf(model).headParameters.map((name) =>
      tensorNumbers(readTensor(model.initializer(name)!)),
    );
    const logits = await runOnnx(writeModel(model), dims, ramp(2 * 3 * 32 * 32));
    for (let n = 0; n < 2; n++) {
      for (let k = 0; k < 5; k++) {
        let sum = bias![k]!;
        for (let d = 0; d < width; d++) sum += weight![k * width + d]! * features.data[n * width + d]!;
        expect(sum).toBeCloseTo(logits.data[n * 5 + k]!, 4);
      }
    }
  });

  it('averages the maps in front of a convolutional head and forgets the head', async () => {
    const nodes = [
      node('Conv', ['x', 'c.weight'], 'c', { kernel_shape: [3, 3], pads: [1, 1, 1, 1] }),
      node('Conv', ['c', 'k.weight'], 'k', { kernel_shape: [1, 1] }),
      node('GlobalAveragePool', ['k'], 'y'),
    ];
    const weights = [floats('c.weight', [8, 3, 3, 3]), floats('k.weight', [4, 8, 1, 1])];
    const { model, width } = featureExtractor(graph(['N', 3, 8, 8], nodes, weights, ['y', ['N', 4, 1, 1]]));
    expect(width).toBe(8);
    expect(model.graph.initializer.map((t) => t.name)).toEqual(['c.weight']);
    expect((await runOnnx(writeModel(model), [2, 3, 8, 8], ramp(2 * 192))).dims).toEqual([2, 8]);
  });
});
