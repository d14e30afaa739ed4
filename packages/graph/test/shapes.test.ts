import { type Dim, inferShapes } from '@saker/graph';
import { describe, expect, it } from 'vitest';
import type { AttrInput } from '../src/attributes.js';
import type { NodeProto, TensorProto } from '../src/gen/onnx_pb.js';
import { constant, floats, graph, ints, node } from './helpers/graphs.js';

/** Inferred dims of `y` in a graph of these nodes on input x. */
function dimsOf(
  input: Dim[],
  nodes: NodeProto[],
  tensors: TensorProto[] = [],
): readonly Dim[] | null | undefined {
  return inferShapes(graph(input, nodes, tensors, ['y', []])).get('y')?.dims;
}

const image: Dim[] = ['N', 6, 13, 14];
const cases: [string, Record<string, AttrInput>, TensorProto[], Dim[]][] = [
  [
    'Conv',
    { kernel_shape: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1] },
    [floats('w', [4, 6, 3, 3])],
    ['N', 4, 7, 7],
  ],
  ['Conv', { auto_pad: 'SAME_UPPER', strides: [2, 2] }, [floats('w', [4, 6, 5, 5])], ['N', 4, 7, 7]],
  ['Conv', { auto_pad: 'VALID', dilations: [2, 2] }, [floats('w', [4, 6, 3, 3])], ['N', 4, 9, 10]],
  ['ConvTranspose', { strides: [2, 2], group: 2 }, [floats('w', [6, 4, 2, 2])], ['N', 8, 26, 28]],
  ['MaxPool', { kernel_shape: [3, 3], strides: [2, 2], ceil_mode: 1 }, [], ['N', 6, 6, 7]],
  ['AveragePool', { kernel_shape: [2, 2], strides: [2, 2] }, [], ['N', 6, 6, 7]],
  ['GlobalAveragePool', {}, [], ['N', 6, 1, 1]],
  ['BatchNormalization', {}, ['s', 'b', 'm', 'v'].map((name) => floats(name, [6])), image],
  ['Softmax', { axis: 1 }, [], image],
  ['Add', {}, [floats('w', [6, 1, 1])], image],
  ['Flatten', { axis: 1 }, [], ['N', 6 * 13 * 14]],
  ['Reshape', {}, [ints('s', [0, -1])], ['N', 6 * 13 * 14]],
  ['Reshape', {}, [ints('s', [-1, 6, 182])], ['N', 6, 182]],
  ['Transpose', { perm: [0, 2, 3, 1] }, [], ['N', 13, 14, 6]],
  ['Slice', {}, [ints('a', [1, -5]), ints('b', [2 ** 40, 100]), ints('c', [1, 3])], ['N', 5, 13, 5]],
  ['Slice', {}, [ints('a', [-1]), ints('b', [-100]), ints('c', [2]), ints('d', [-2])], ['N', 6, 7, 14]],
  ['Gather', { axis: 1 }, [ints('i', [0, 2])], ['N', 2, 13, 14]],
  ['Unsqueeze', {}, [ints('a', [1, -1])], ['N', 1, 6, 13, 14, 1]],
  ['ReduceMean', { axes: [2, 3], keepdims: 0 }, [], ['N', 6]],
  ['ReduceSum', {}, [ints('a', [-1])], ['N', 6, 13, 1]],
  ['ArgMax', { axis: 1, keepdims: 0 }, [], ['N', 13, 14]],
  ['Pad', {}, [ints('p', [0, 0, 1, 2, 0, 0, 3, 4])], ['N', 6, 17, 20]],
  ['Tile', {}, [ints('r', [1, 2, 1, 3])], ['N', 12, 13, 42]],
  ['Expand', {}, [ints('s', [2, 1, 1, 1, 1])], [2, 'N', 6, 13, 14]],
  ['MatMul', {}, [floats('w', [14, 5])], ['N', 6, 13, 5]],
  ['Split', { axis: 1, split: [2, 4] }, [], ['N', 2, 13, 14]],
  ['SpaceToDepth', { blocksize: 1 }, [], image],
  ['Cast', { to: 10 }, [], image],
];

describe('inferShapes', () => {
  it.each(cases)('%s %j', (op, attributes, tensors, expected) => {
    const inputs = ['x', ...tensors.map((tensor) => tensor.name)];
    expect(dimsOf(image, [node(op, inputs, 'y', attributes)], tensors)).toEqual(expected);
  });

  it('gives Gemm the rows of its input and the columns of its weight', () => {
    const gemm = node('Gemm', ['x', 'w'], 'y', { transB: 1 });
    expect(dimsOf(['N', 8], [gemm], [floats('w', [5, 8])])).toEqual(['N', 5]);
  });

  it('folds the shape arithmetic exporters write, with the batch symbol kept', () => {
    const nodes = [
      node('Shape', ['x'], 'shape'),
      node('Gather', ['shape', 'zero'], 'n', { axis: 0 }),
      constant(ints('rest', [2, -1])),
      node('Mul', ['rest', 'three'], 'scaled'),
      node('Concat', ['n', 'six', 'scaled'], 'target', { axis: 0 }),
      node('Slice', ['target', 'zero', 'two'], 'head'),
      node('Concat', ['head', 'minus'], 'final', { axis: 0 }),
      node('Reshape', ['x', 'final'], 'y'),
    ];
    const tensors = [
      ints('zero', [0]),
      ints('two', [2]),
      ints('three', [3]),
      ints('six', [6]),
      ints('minus', [-1]),
    ];
    expect(dimsOf(image, nodes, tensors)).toEqual(['N', 6, 182]);
  });

  it('follows the Where(Equal(shape, -1), ...) that exporters write for expand', () => {
    const nodes = [
      node('Shape', ['x'], 'shape'),
      node('Slice', ['shape', 'zero', 'one'], 'n'),
      node('Concat', ['n', 'keep'], 'target', { axis: 0 }),
      node('Equal', ['target', 'minus'], 'same'),
      node('Where', ['same', 'ones', 'target'], 'final'),
      node('Expand', ['token', 'final'], 'y'),
    ];
    const tensors = [
      ints('zero', [0]),
      ints('one', [1]),
      ints('keep', [-1, 7]),
      ints('minus', [-1]),
      ints('ones', [1, 1, 1]),
      floats('token', [1, 4, 7]),
    ];
    expect(dimsOf(image, nodes, tensors)).toEqual(['N', 4, 7]);
  });

  it('claims nothing for a Reshape or Concat that contradicts a symbolic batch', () => {
    expect(dimsOf(image, [node('Reshape', ['x', 's'], 'y')], [ints('s', [1, 6, 182])])).toEqual([
      null,
      null,
      null,
    ]);
    const concat = node('Concat', ['t', 'x'], 'y', { axis: 1 });
    expect(dimsOf(image, [concat], [floats('t', [1, 1, 13, 14])])).toEqual([null, 7, 13, 14]);
  });

  it('leaves what an unknown operator makes unknown instead of failing', () => {
    const nodes = [node('SomethingNew', ['x'], 'h'), node('Relu', ['h'], 'y')];
    const shapes = inferShapes(graph(image, nodes, [], ['y', image]));
    expect(shapes.get('h')?.dims).toBeNull();
    expect(shapes.get('y')?.dims).toEqual(image); // declared by the file
  });
});
