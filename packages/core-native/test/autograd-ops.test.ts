import { gradientErrors, TrainableModel } from '@saker/core-native/autograd';
import type { AttrValue, GraphProgram } from '@saker/spec';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { product, relativeError, weyl } from './fixtures/numbers.js';
import { Float, type TestAttr, writeOnnx } from './fixtures/onnx-writer.js';
import { OP_CASES } from './fixtures/op-cases/all.js';
import type { OpCase } from './fixtures/op-cases/op-case.js';
import { node, tensor } from './fixtures/programs.js';

/** x passes through Identity, so that ONNX Runtime sees it used whatever the operator reads. */
function build(test: OpCase): { program: GraphProgram; attrs: Record<string, TestAttr>[] } {
  const names = Array.from({ length: test.outputs ?? 1 }, (_, k) => `y${k}`);
  const raw = test.cast ? names.map((name) => `${name}_raw`) : names;
  const inputs = test.inputs ?? ['x', ...(test.extra ?? []).map((t) => t.name)];
  const plain: Record<string, AttrValue> = {};
  for (const [key, value] of Object.entries(test.attrs ?? {}))
    plain[key] = value instanceof Float ? value.value : value;
  const nodes = [node('Identity', ['x'], ['x_seen']), node(test.op, inputs, raw, plain)];
  const attrs: Record<string, TestAttr>[] = [{}, { ...test.attrs }];
  if (test.cast) {
    for (const name of names) {
      nodes.push(node('Cast', [`${name}_raw`], [name], { to: 1 }));
      attrs.push({ to: 1 });
    }
  }
  const program: GraphProgram = {
    opset: test.opset ?? 17,
    inputs: [{ name: 'x', dims: [...test.x], dtype: 'f32' }],
    outputs: [...names, 'x_seen'],
    nodes,
    tensors: [...(test.extra ?? [])],
  };
  return { program, attrs };
}

describe('forward equals ONNX Runtime', () => {
  it.each(OP_CASES)('for $title', async (test) => {
    const { program, attrs } = build(test);
    const x = weyl(product(test.x), 1).map(test.map ?? ((v) => v));
    const session = await InferenceSession.create(writeOnnx(program, attrs), { logSeverityLevel: 3 });
    const expected = await session.run({ x: new Tensor('float32', x, test.x) });
    for (const channelsLast of test.x.length === 4 ? [false, true] : [false]) {
      const model = TrainableModel.create(program, { threads: 1, channelsLast });
      const actual = await model.forward(x, test.x);
      for (const name of program.outputs) {
        expect(actual[name]!.dims, name).toEqual(expected[name]!.dims);
        expect(relativeError(actual[name]!.data, expected[name]!.data as Float32Array), name).toBeLessThan(
          2e-6,
        );
      }
      await model.close();
    }
    await session.release();
  });
});

describe('gradients equal central differences', () => {
  it.each(OP_CASES.filter((test) => !test.noGradient))('for $title', (test) => {
    const { program } = build(test);
    const data = weyl(product(test.x), 1).map(test.map ?? ((v) => v));
    for (const [name, error] of Object.entries(gradientErrors(program, { dims: [...test.x], data }))) {
      // Truncation (1e-10) and rounding (1e-11) of the difference, times what derivatives beyond 1 add.
      expect(error, name).toBeLessThan(1e-7);
    }
  });

  it('of normalisation by the statistics of the batch', () => {
    const weights = ['s', 'b', 'm', 'v'].map((name, k) =>
      tensor(
        name,
        [3],
        weyl(3, 10 * k).map((v) => v + 1.5),
      ),
    );
    const bn = node('BatchNormalization', ['x', 's', 'b', 'm', 'v'], ['y']);
    const program: GraphProgram = {
      opset: 17,
      inputs: [{ name: 'x', dims: [4, 3, 2, 2], dtype: 'f32' }],
      outputs: ['y'],
      nodes: [bn],
      tensors: weights,
    };
    const errors = gradientErrors(program, { dims: [4, 3, 2, 2], data: weyl(48) }, { train: true });
    expect(Object.keys(errors).sort()).toEqual(['b', 's', 'x']);
    for (const error of Object.values(errors)) expect(error).toBeLessThan(1e-7);
  });
});

describe('a weight that no gradient reaches is refused before the first step', () => {
  const blocked = OP_CASES.filter((test) => test.noGradient);
  it.each(blocked)('behind $title', async (test) => {
    const { program } = build(test);
    const [seen, op, ...rest] = program.nodes;
    const scaled = node('Mul', ['x_seen', 'w'], ['scaled']);
    const read = { ...op!, inputs: op!.inputs.map((name) => (name === 'x' ? 'scaled' : name)) };
    const model = TrainableModel.create({
      ...program,
      nodes: [seen!, scaled, read, ...rest],
      tensors: [...program.tensors, tensor('w', test.x, weyl(product(test.x)))],
    });
    const config = { type: 'sgd', groups: [{ params: ['w'], lr: 1 }] } as const;
    await expect(model.configureOptimizer(config)).rejects.toMatchObject({
      code: 'E_OP_UNSUPPORTED',
      params: { op: test.op, detail: expect.stringContaining("'w'") },
    });
    await model.close();
  });
});

describe('create refuses with E_OP_UNSUPPORTED naming op and node', () => {
  const x = { name: 'x', dims: [1, 2, 4, 4], dtype: 'f32' } as const;
  const refuse: [string, ReturnType<typeof node>][] = [
    ['an unknown operator', node('NonMaxSuppression', ['x'], ['y'])],
    ['another domain', { ...node('Relu', ['x'], ['y']), domain: 'com.example' }],
    ['an attribute that nobody reads', node('Relu', ['x'], ['y'], { slope: 1 })],
    [
      'an attribute value outside the table',
      node('MaxPool', ['x'], ['y'], { kernel_shape: [2, 2], storage_order: 1 }),
    ],
    ['three spatial dimensions', node('MaxPool', ['x'], ['y'], { kernel_shape: [2, 2, 2] })],
    ['a missing required attribute', node('MaxPool', ['x'], ['y'])],
    ['a missing required input', node('Add', ['x'], ['y'])],
    ['wrap padding', node('Pad', ['x', 'x'], ['y'], { mode: 'wrap' })],
  ];
  it.each(refuse)('%s', (_, bad) => {
    const program = { opset: 17, inputs: [x], outputs: ['y'], nodes: [bad], tensors: [] };
    expect(() => TrainableModel.create(program)).toThrowError(
      expect.objectContaining({
        code: 'E_OP_UNSUPPORTED',
        params: expect.objectContaining({ op: bad.op, node: bad.name, domain: bad.domain || 'ai.onnx' }),
      }),
    );
  });

  it('E_OP_FAILED names the node whose operands do not fit at run time', async () => {
    const nodes = [node('MatMul', ['x', 'x'], ['y'], {}, 'square')];
    const model = TrainableModel.create({
      opset: 17,
      inputs: [{ ...x, dims: ['N', 3] }],
      outputs: ['y'],
      nodes,
      tensors: [],
    });
    await expect(model.forward(new Float32Array(6), [2, 3])).rejects.toMatchObject({
      code: 'E_OP_FAILED',
      params: { op: 'MatMul', node: 'square' },
    });
    await model.close();
  });
});
