import { create } from '@bufbuild/protobuf';
import {
  buildModel,
  findClassifier,
  headOf,
  inputSpec,
  putTensors,
  readModel,
  replaceHead,
  writeModel,
} from '@saker/graph';
import { SakerError } from '@saker/spec';
import { describe, expect, it } from 'vitest';
import { makeNode, makeValueInfo } from '../src/build.js';
import { StringStringEntryProtoSchema } from '../src/gen/onnx_pb.js';
import { makeTensor } from '../src/tensor.js';
import { constant, floats, graph, ints, node } from './helpers/graphs.js';
import { ramp, runOnnx } from './helpers/run.js';

const conv = node('Conv', ['x', 'c.weight'], 'c', { kernel_shape: [3, 3], pads: [1, 1, 1, 1] });
const pooled = [conv, node('GlobalAveragePool', ['c'], 'p'), node('Flatten', ['p'], 'f', { axis: 1 })];
const trunk = floats('c.weight', [8, 3, 3, 3]);

async function logitsOf(model: ReturnType<typeof readModel>, batch = 2) {
  const dims = [batch, 3, 8, 8];
  return runOnnx(writeModel(readModel(writeModel(model))), dims, ramp(batch * 3 * 64));
}

describe('findClassifier and replaceHead', () => {
  it('see through Softmax and write logits instead', async () => {
    const nodes = [
      ...pooled,
      node('Gemm', ['f', 'fc.weight', 'fc.bias'], 'g', { transB: 1 }),
      node('Softmax', ['g'], 'y'),
    ];
    const model = graph(
      ['N', 3, 8, 8],
      nodes,
      [trunk, floats('fc.weight', [5, 8]), floats('fc.bias', [5])],
      ['y', ['N', 5]],
    );
    expect(findClassifier(model)).toMatchObject({ kind: 'gemm', features: 'f', width: 8, numClasses: 5 });
    const replaced = replaceHead(model, { numClasses: 4, seed: 1 });
    expect(replaced.headParameters).toEqual(['fc.weight', 'fc.bias']);
    expect(replaced.model.nodes.map((n) => n.opType)).toEqual([
      'Conv',
      'GlobalAveragePool',
      'Flatten',
      'Gemm',
    ]);
    expect((await logitsOf(replaced.model)).dims).toEqual([2, 4]);
  });

  it('refuse an output that is not one row a picture', () => {
    const overBatch = node('ReduceMean', ['f'], 'y', { axes: [0], keepdims: 1 });
    const averaged = graph(['N', 3, 8, 8], [...pooled, overBatch], [trunk], ['y', [1, 8]]);
    expect(() => findClassifier(averaged)).toThrow(/shape is \[1, 8\]/);
  });

  it('take MatMul and Add as one head, also with the weight in a Constant node', async () => {
    const weight = floats('onnx::MatMul_9', [8, 5]);
    const nodes = [
      ...pooled,
      constant(weight),
      node('MatMul', ['f', 'onnx::MatMul_9'], 'm'),
      node('Add', ['b', 'm'], 'y'),
    ];
    const model = graph(['N', 3, 8, 8], nodes, [trunk, floats('b', [5])], ['y', ['N', 5]]);
    expect(findClassifier(model)).toMatchObject({ kind: 'matmul', width: 8, numClasses: 5 });
    const replaced = replaceHead(model, { numClasses: 3, seed: 1 });
    expect(replaced.headParameters).toEqual(['head.weight', 'head.bias']);
    expect(replaced.model.nodes.some((n) => n.opType === 'Constant' || n.opType === 'MatMul')).toBe(false);
    expect((await logitsOf(replaced.model)).dims).toEqual([2, 3]);
  });

  it('see a weight through the Transpose that stands before MatMul in unfolded exports', async () => {
    const nodes = [
      ...pooled,
      node('Transpose', ['fc.weight'], 't'),
      node('MatMul', ['f', 't'], 'm'),
      node('Add', ['m', 'fc.bias'], 'y'),
    ];
    const model = graph(
      ['N', 3, 8, 8],
      nodes,
      [trunk, floats('fc.weight', [5, 8]), floats('fc.bias', [5])],
      ['y', ['N', 5]],
    );
    const { classifier, ...replaced } = replaceHead(model, { numClasses: 3, seed: 1 });
    expect(classifier).toMatchObject({
      kind: 'matmul',
      width: 8,
      numClasses: 5,
      headParameters: ['fc.weight', 'fc.bias'],
    });
    expect(headOf(model).stages).toEqual(['c.weight', 'fc.weight', 'fc.bias']);
    expect(replaced.headParameters).toEqual(['fc.weight', 'fc.bias']);
    expect(replaced.model.nodes.map((n) => n.opType)).toEqual([
      'Conv',
      'GlobalAveragePool',
      'Flatten',
      'Gemm',
    ]);
    expect((await logitsOf(replaced.model)).dims).toEqual([2, 3]);
  });

  it('replace a pooled 1x1 convolution by a linear layer that can compute the same', async () => {
    const head = node('Conv', ['c', 'k', 'kb'], 'k_out', { kernel_shape: [1, 1] });
    const nodes = [
      conv,
      head,
      node('GlobalAveragePool', ['k_out'], 'p'),
      node('Flatten', ['p'], 'y', { axis: 1 }),
    ];
    const model = graph(
      ['N', 3, 8, 8],
      nodes,
      [trunk, floats('k', [5, 8, 1, 1]), floats('kb', [5])],
      ['y', ['N', 5]],
    );
    const before = await logitsOf(model);
    const { model: edited } = replaceHead(model, { numClasses: 5, seed: 1 });
    const values = (tensor: Uint8Array) => new Float32Array(new Uint8Array(tensor).buffer);
    const same = putTensors(edited, {
      'head.weight': { dims: [5, 8], data: values(model.initializer('k')!.rawData) },
      'head.bias': { dims: [5], data: values(model.initializer('kb')!.rawData) },
    });
    const after = await logitsOf(same);
    for (let i = 0; i < 10; i++) expect(after.data[i]).toBeCloseTo(before.data[i]!, 5);
  });

  it('put a head on a trunk that ends in feature maps', async () => {
    const model = graph(['N', 3, 8, 8], [conv], [trunk], ['c', ['N', 8, 8, 8]]);
    expect(findClassifier(model)).toMatchObject({
      kind: 'none',
      reduce: 'pool',
      width: 8,
      headParameters: [],
    });
    expect((await logitsOf(replaceHead(model, { numClasses: 3, seed: 1 }).model)).dims).toEqual([2, 3]);
  });

  it('do not take a 1x1 convolution without pooling behind it for a head', () => {
    const last = node('Conv', ['c', 'k'], 'y', { kernel_shape: [1, 1] });
    const model = graph(
      ['N', 3, 8, 8],
      [conv, last],
      [trunk, floats('k', [5, 8, 1, 1])],
      ['y', ['N', 5, 8, 8]],
    );
    expect(findClassifier(model)).toMatchObject({ kind: 'none', features: 'y', width: 5 });
  });

  it('make a fixed batch symbolic where the graph allows it', async () => {
    const nodes = [...pooled, node('Gemm', ['f', 'w'], 'y', { transB: 1 })];
    const model = graph([1, 3, 8, 8], nodes, [trunk, floats('w', [5, 8])], ['y', [1, 5]]);
    expect((await logitsOf(replaceHead(model, { numClasses: 3, seed: 1 }).model, 4)).dims).toEqual([4, 3]);
  });

  it('free a batch that a constant Reshape repeats', async () => {
    const nodes = [
      conv,
      node('GlobalAveragePool', ['c'], 'p'),
      node('Reshape', ['p', 's'], 'f'),
      node('Gemm', ['f', 'w'], 'y', { transB: 1 }),
    ];
    const tensors = [trunk, ints('s', [1, -1]), floats('w', [5, 8])];
    const model = graph([1, 3, 8, 8], nodes, tensors, ['y', [1, 5]]);
    expect((await logitsOf(replaceHead(model, { numClasses: 3, seed: 1 }).model, 4)).dims).toEqual([4, 3]);
  });

  it('leave a fixed batch that is baked in elsewhere, and say so', () => {
    const nodes = [
      conv,
      node('GlobalAveragePool', ['c'], 'p'),
      node('Flatten', ['p'], 'q', { axis: 1 }),
      node('Concat', ['token', 'q'], 'f', { axis: 1 }),
      node('Gemm', ['f', 'w'], 'y', { transB: 1 }),
    ];
    const tensors = [trunk, floats('token', [1, 2]), floats('w', [5, 10])];
    const model = graph([1, 3, 8, 8], nodes, tensors, ['y', [1, 5]]);
    const replaced = replaceHead(model, { numClasses: 3, seed: 1 });
    expect(replaced.classifier.batch).toBe(1);
    expect(inputSpec(replaced.model).batch).toBe(1);
  });

  it('keep files that list their initializers as inputs runnable', async () => {
    const nodes = [...pooled, node('Gemm', ['f', 'fc.weight', 'fc.bias'], 'y', { transB: 1 })];
    const tensors = [trunk, floats('fc.weight', [5, 8]), floats('fc.bias', [5])];
    const model = graph(['N', 3, 8, 8], nodes, tensors, ['y', ['N', 5]]);
    const listed = tensors.map((tensor) => makeValueInfo(tensor.name, 'f32', tensor.dims.map(Number)));
    const old = model.withGraph({ input: [...model.graph.input, ...listed] });
    Object.assign(old.proto, { irVersion: 3n });
    const { model: edited } = replaceHead(old, { numClasses: 3, seed: 1 });
    expect(edited.graph.input.map((value) => value.name)).toEqual(['x', 'c.weight', 'fc.weight', 'fc.bias']);
    expect((await logitsOf(edited)).dims).toEqual([2, 3]);
  });

  it('give parameters that an exporter shared through Identity copies of their own', () => {
    const nodes = [
      node('Identity', ['b1'], 'b2'),
      node('Conv', ['x', 'c.weight', 'b1'], 'c', { kernel_shape: [3, 3] }),
      node('Conv', ['c', 'd.weight', 'b2'], 'd', { kernel_shape: [3, 3] }),
    ];
    const model = graph(
      ['N', 3, 8, 8],
      nodes,
      [trunk, floats('d.weight', [8, 8, 3, 3]), floats('b1', [8])],
      ['d', ['N', 8, 4, 4]],
    );
    expect(replaceHead(model, { numClasses: 2, seed: 1 }).stages).toEqual([
      'c.weight',
      'b1',
      'd.weight',
      'b2',
      'head.weight',
      'head.bias',
    ]);
  });

  it('set batch norms and dropouts that were exported in training mode to inference', async () => {
    const statistics = ['scale', 'shift', 'mean', 'var'].map((name) =>
      makeTensor(name, 'f32', [8], new Float32Array(8).fill(1)),
    );
    const norm = makeNode('BatchNormalization', ['c', 'scale', 'shift', 'mean', 'var'], ['n', 'm2', 'v2'], {
      name: 'bn',
      training_mode: 1,
    });
    const nodes = [
      conv,
      norm,
      node('Dropout', ['n', 'ratio', 'on'], 'd'),
      node('GlobalAveragePool', ['d'], 'p'),
      node('Flatten', ['p'], 'f'),
    ];
    const flags = [
      makeTensor('ratio', 'f32', [], Float32Array.of(0.5)),
      makeTensor('on', 'bool', [], Uint8Array.of(1)),
    ];
    const model = graph(['N', 3, 8, 8], nodes, [trunk, ...statistics, ...flags], ['f', ['N', 8]]);
    const { model: edited } = replaceHead(model, { numClasses: 2, seed: 1 });
    const [bn] = edited.nodes.filter((n) => n.opType === 'BatchNormalization');
    expect([bn!.output, bn!.attribute]).toEqual([['n'], []]);
    const one = await logitsOf(edited, 1);
    const two = await logitsOf(edited, 2);
    expect([...two.data.subarray(0, 2)]).toEqual([...one.data].map((value) => expect.closeTo(value, 5)));
  });

  it("drop Saker's metadata, whose labels are no longer true, and keep foreign entries", () => {
    const entries = ['saker.labels', 'source'].map((key) =>
      create(StringStringEntryProtoSchema, { key, value: 'v' }),
    );
    const model = graph(['N', 3, 8, 8], pooled, [trunk], ['f', ['N', 8]]).withProto({
      metadataProps: entries,
    });
    const { model: edited } = replaceHead(model, { numClasses: 2, seed: 1 });
    expect(edited.proto.metadataProps.map((entry) => entry.key)).toEqual(['source']);
  });

  it('order parameters by depth and leave out running statistics', () => {
    const { headParameters, stages } = headOf(buildModel('resnet8', { numClasses: 3 }));
    expect(headParameters).toEqual(['fc.weight', 'fc.bias']);
    expect(stages.slice(0, 3)).toEqual(['conv1.weight', 'bn1.weight', 'bn1.bias']);
    expect(stages.slice(-2)).toEqual(['fc.weight', 'fc.bias']);
    expect(stages.some((name) => name.includes('running_'))).toBe(false);
  });

  it('say what was looked for when the output can be no feature vector', () => {
    const nodes = [node('Reshape', ['x', 's'], 'y')];
    const model = graph(['N', 3, 8, 8], nodes, [ints('s', [0, 3, 64])], ['y', ['N', 3, 64]]);
    expect(() => replaceHead(model, { numClasses: 2, seed: 1 })).toThrow(SakerError);
    expect(() => findClassifier(model)).toThrow(
      /Gemm, MatMul or pooled 1x1 Conv .* its shape is \[N, 3, 64\]/,
    );
  });

  it.each(['uniform', 'normal', 'zeros'] as const)('draw %s weights as documented', (init) => {
    const model = graph(['N', 3, 8, 8], pooled, [trunk], ['f', ['N', 8]]);
    const { model: edited } = replaceHead(model, { numClasses: 50, seed: 9, init });
    const weight = new Float32Array(new Uint8Array(edited.initializer('head.weight')!.rawData).buffer);
    const largest = Math.max(...weight.map(Math.abs));
    const [low, high] = { uniform: [0.34, 1 / Math.sqrt(8)], normal: [0.02, 0.06], zeros: [0, 0] }[init];
    expect(largest).toBeGreaterThanOrEqual(low!);
    expect(largest).toBeLessThanOrEqual(high! + 1e-7);
  });

  it.each([-1, 0, 2.5, Number.NaN])('refuse %s classes', (numClasses) => {
    const model = graph(['N', 3, 8, 8], pooled, [trunk], ['f', ['N', 8]]);
    expect(() => replaceHead(model, { numClasses, seed: 1 })).toThrow(/for numClasses, received/);
  });
});
