import { create } from '@bufbuild/protobuf';
import { inputSpec, toProgram } from '@saker/graph';
import { SakerError } from '@saker/spec';
import { describe, expect, it } from 'vitest';
import { makeAttribute } from '../src/attributes.js';
import {
  AttributeProtoSchema,
  GraphProtoSchema,
  NodeProtoSchema,
  TensorProtoSchema,
} from '../src/gen/onnx_pb.js';
import { makeTensor } from '../src/tensor.js';
import { constant, floats, graph, node } from './helpers/graphs.js';

describe('toProgram', () => {
  it('turns Constant nodes into tensors and leaves unread initializers out', () => {
    const nodes = [
      constant(floats('k', [2])),
      node('Add', ['x', 'k'], 'y', { a: 2, b: { float: 0.5 }, c: 'text', d: [1, 2] }),
    ];
    const program = toProgram(graph(['N', 2], nodes, [floats('unused', [3])], ['y', ['N', 2]]));
    expect(program.tensors.map((tensor) => [tensor.name, tensor.dtype, tensor.dims])).toEqual([
      ['k', 'f32', [2]],
    ]);
    expect(program.nodes).toHaveLength(1);
    expect(program.nodes[0]?.attrs).toEqual({ a: 2, b: 0.5, c: 'text', d: [1, 2] });
    expect(program.inputs).toEqual([{ name: 'x', dims: ['N', 2], dtype: 'f32' }]);
    expect(program).toMatchObject({ opset: 17, outputs: ['y'] });
  });

  it('gives every node a name of its own', () => {
    const unnamed = () => create(NodeProtoSchema, { opType: 'Relu', input: ['x'], output: ['a'] });
    const twin = (output: string) =>
      create(NodeProtoSchema, { opType: 'Relu', name: 'same', input: ['x'], output: [output] });
    const program = toProgram(graph(['N', 2], [unnamed(), twin('b'), twin('y')], [], ['y', ['N', 2]]));
    expect(program.nodes.map((n) => n.name)).toEqual(['Relu_0', 'same', 'same_1']);
  });

  it('reads tensors from typed fields as from raw bytes', () => {
    const typed = [
      create(TensorProtoSchema, { name: 'f', dataType: 1, dims: [2n], floatData: [1.5, -2] }),
      create(TensorProtoSchema, { name: 'l', dataType: 7, dims: [2n], int64Data: [5n, -6n] }),
      create(TensorProtoSchema, { name: 'b', dataType: 9, dims: [2n], int32Data: [1, 0] }),
      create(TensorProtoSchema, { name: 'h', dataType: 10, dims: [1n], int32Data: [0x3c00] }),
      create(TensorProtoSchema, { name: 'd', dataType: 11, dims: [1n], doubleData: [0.1] }),
    ];
    const raw = [
      makeTensor('f', 'f32', [2], Float32Array.of(1.5, -2)),
      makeTensor('l', 'i64', [2], BigInt64Array.of(5n, -6n)),
      makeTensor('b', 'bool', [2], Uint8Array.of(1, 0)),
      makeTensor('h', 'f16', [1], Uint16Array.of(0x3c00)),
      makeTensor('d', 'f64', [1], Float64Array.of(0.1)),
    ];
    const nodes = [node('Any', ['x', 'f', 'l', 'b', 'h', 'd'], 'y')];
    const tensorsOf = (tensors: typeof raw) => {
      const { tensors: flat } = toProgram(graph(['N'], nodes, tensors, ['y', ['N']]));
      return flat.map((tensor) => ({ ...tensor, data: [...tensor.data] }));
    };
    expect(tensorsOf(typed)).toEqual(tensorsOf(raw));
  });

  it('clamps INT64_MAX attributes to the exact range of numbers', () => {
    const attribute = Object.assign(makeAttribute('ends', [1]), { ints: [2n ** 63n - 1n] });
    const slice = create(NodeProtoSchema, {
      opType: 'Slice',
      input: ['x'],
      output: ['y'],
      attribute: [attribute],
    });
    const [only] = toProgram(graph(['N'], [slice], [], ['y', ['N']])).nodes;
    expect(only?.attrs).toEqual({ ends: [Number.MAX_SAFE_INTEGER] });
  });

  it('names the op and node of an attribute it cannot flatten', () => {
    const body = create(AttributeProtoSchema, { name: 'then_branch', type: 5, g: create(GraphProtoSchema) });
    const branch = create(NodeProtoSchema, {
      opType: 'If',
      name: 'choice',
      input: ['x'],
      output: ['y'],
      attribute: [body],
    });
    const model = graph(['N'], [branch], [], ['y', ['N']]);
    expect(() => toProgram(model)).toThrow(SakerError);
    expect(() => toProgram(model)).toThrow(/op If .* node choice.*then_branch/);
  });

  it('refuses a tensor of an element type nothing computes with', () => {
    const text = create(TensorProtoSchema, {
      name: 's',
      dataType: 8,
      dims: [1n],
      stringData: [Uint8Array.of(65)],
    });
    const model = graph(['N'], [node('Any', ['x', 's'], 'y')], [text], ['y', ['N']]);
    expect(() => toProgram(model)).toThrow(/Tensor s .* type STRING is not supported/);
  });
});

describe('inputSpec', () => {
  const spec = (dims: (number | string)[]) =>
    inputSpec(graph(dims, [node('Relu', ['x'], 'y')], [], ['y', []]));

  it('reads channels, height and width, null where the graph takes any', () => {
    expect(spec(['N', 3, 20, 30])).toEqual({ name: 'x', channels: 3, height: 20, width: 30, batch: null });
    expect(spec([1, 1, 'H', 'W'])).toEqual({ name: 'x', channels: 1, height: null, width: null, batch: 1 });
  });

  it.each([[['N', 20, 30, 3]], [['N', 3, 20]], [['N', 4, 20, 20]]])('refuses %j', (dims) => {
    expect(() => spec(dims)).toThrow(/one float32 tensor .*received \[N/);
  });

  it('does not count initializers that old files list as inputs', () => {
    const model = graph(['N', 3, 8, 8], [node('Add', ['x', 's'], 'y')], [floats('s', [1])], ['y', []]);
    const listed = model.withGraph({
      input: [...model.graph.input, { ...model.graph.input[0]!, name: 's' }],
    });
    expect(inputSpec(listed).name).toBe('x');
  });
});
