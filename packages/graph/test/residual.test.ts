import { buildModel, residualBranches } from '@saker/graph';
import { describe, expect, it } from 'vitest';
import { floats, graph, node } from './helpers/graphs.js';

const conv = (from: string, to: string) =>
  node('Conv', [from, 'w'], to, { kernel_shape: [3, 3], pads: [1, 1, 1, 1] });

describe('residualBranches', () => {
  it('lists the branch of every block of a ResNet, input side first, and none of a plain network', () => {
    const branches = residualBranches(buildModel('resnet18', { numClasses: 3, size: 32 }));
    expect(branches).toHaveLength(8);
    expect(residualBranches(buildModel('mobilenet_v2', { numClasses: 3, size: 32 }))).toHaveLength(10);
    expect(residualBranches(buildModel('small_cnn', { numClasses: 3, size: 32 }))).toEqual([]);
  });

  it('takes the side with the layers, on whichever side of the Add it stands, and no bias', () => {
    const nodes = [
      conv('x', 'a'),
      conv('a', 'b'),
      node('Add', ['b', 'bias'], 'c'),
      node('Add', ['c', 'a'], 'd'),
      conv('d', 'e'),
      node('Add', ['d', 'e'], 'y'),
    ];
    const model = graph(
      ['N', 4, 8, 8],
      nodes,
      [floats('w', [4, 4, 3, 3]), floats('bias', [4, 1, 1])],
      ['y', ['N', 4, 8, 8]],
    );
    expect(residualBranches(model)).toEqual(['c', 'e']);
  });
});
