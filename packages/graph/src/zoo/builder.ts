/**
 * A small language for networks: each method appends one layer under its reference module name and returns the
 * name of the value it computes. A layer `a.b` gives node `a.b`, value `a.b_out` and parameters `a.b.weight` ...
 */
import { create } from '@bufbuild/protobuf';
import { SAKER_VERSION } from '@saker/spec';
import type { AttrInput } from '../attributes.js';
import { makeNode, makeValueInfo } from '../build.js';
import { GraphProtoSchema, ModelProtoSchema, type NodeProto, type TensorProto } from '../gen/onnx_pb.js';
import { OnnxModel } from '../model.js';
import { makeTensor } from '../tensor.js';
import { constant, type Draw, kaimingNormal, torchDefault } from './init.js';

const OPSET = 17n;
const IR_VERSION = 8n;
const ONES = constant(1);
const ZEROS = constant(0);

/** What every architecture is built from. */
export interface NetOptions {
  readonly numClasses: number;
  /** Side of the square input in pixels. */
  readonly size: number;
  readonly inChannels: number;
  readonly seed: number;
  /** False leaves every drawn tensor at zero, for weights that come from a file. */
  readonly drawn: boolean;
}

/** A convolution; `pad` defaults to (kernel - 1) / 2, which keeps the size at stride 1. */
export interface ConvOptions {
  readonly from: number;
  readonly to: number;
  readonly kernel: number;
  readonly stride?: number;
  readonly pad?: number;
  readonly groups?: number;
  /** How the weight starts; default kaiming_normal_(mode='fan_out', nonlinearity='relu'). */
  readonly init?: Draw;
  /** How the bias starts; there is no bias without it. */
  readonly bias?: Draw;
}

/** torch's defaults of a batch normalisation. */
export interface BatchNormOptions {
  readonly eps?: number;
  /** torch's: the weight of the current batch. */
  readonly momentum?: number;
}

/** How a linear layer starts; default torch.nn.Linear's own. */
export interface LinearInit {
  readonly init?: Draw;
  readonly bias?: Draw;
}

/** Collects the layers of one network. */
export class NetBuilder {
  readonly #nodes: NodeProto[] = [];
  readonly #tensors = new Map<string, TensorProto>();

  constructor(
    readonly name: string,
    readonly options: NetOptions,
  ) {}

  /** A learned tensor or a constant one under its own name; gives the name. */
  tensor(name: string, dims: readonly number[], draw: Draw): string {
    const { seed, drawn } = this.options;
    const count = dims.reduce((a, b) => a * b, 1);
    if (!this.#tensors.has(name)) {
      const data = drawn ? draw(seed, name, count) : new Float32Array(count);
      this.#tensors.set(name, makeTensor(name, 'f32', dims, data));
    }
    return name;
  }

  /** A single number that is not learned. */
  scalar(name: string, value: number): string {
    if (!this.#tensors.has(name))
      this.#tensors.set(name, makeTensor(name, 'f32', [], Float32Array.of(value)));
    return name;
  }

  /** A list of whole numbers such as a shape. */
  ints(name: string, values: readonly number[]): string {
    const data = BigInt64Array.from(values.map(BigInt));
    if (!this.#tensors.has(name)) this.#tensors.set(name, makeTensor(name, 'i64', [values.length], data));
    return name;
  }

  /** A single whole number, such as the index that Gather picks. */
  index(name: string, value: number): string {
    const data = BigInt64Array.of(BigInt(value));
    if (!this.#tensors.has(name)) this.#tensors.set(name, makeTensor(name, 'i64', [], data));
    return name;
  }

  /** Any operator with one output. */
  op(
    op: string,
    name: string,
    inputs: readonly string[],
    attributes: Record<string, AttrInput> = {},
  ): string {
    const output = `${name}_out`;
    this.#nodes.push(makeNode(op, inputs, [output], { ...attributes, name }));
    return output;
  }

  /** `count` equal parts along an axis. */
  split(x: string, name: string, axis: number, count: number, size: number): string[] {
    const outputs = Array.from({ length: count }, (_, index) => `${name}_out${index}`);
    const sizes = this.ints(`${name}.sizes`, Array<number>(count).fill(size));
    this.#nodes.push(makeNode('Split', [x, sizes], outputs, { axis, name }));
    return outputs;
  }

  /** Conv2d. */
  conv(x: string, name: string, options: ConvOptions): string {
    const { from, to, kernel, stride = 1, pad = (kernel - 1) / 2, groups = 1 } = options;
    const { init = kaimingNormal(to * kernel * kernel), bias } = options;
    const inputs = [x, this.tensor(`${name}.weight`, [to, from / groups, kernel, kernel], init)];
    if (bias) inputs.push(this.tensor(`${name}.bias`, [to], bias));
    return this.op('Conv', name, inputs, {
      dilations: [1, 1],
      group: groups,
      kernel_shape: [kernel, kernel],
      pads: [pad, pad, pad, pad],
      strides: [stride, stride],
    });
  }

  /** BatchNorm2d; a momentum m of torch is 1 - m in ONNX's convention. */
  batchNorm(
    x: string,
    name: string,
    channels: number,
    { eps = 1e-5, momentum = 0.1 }: BatchNormOptions = {},
  ): string {
    const filled = (suffix: string, draw: Draw) => this.tensor(`${name}.${suffix}`, [channels], draw);
    const inputs = [
      x,
      filled('weight', ONES),
      filled('bias', ZEROS),
      filled('running_mean', ZEROS),
      filled('running_var', ONES),
    ];
    return this.op('BatchNormalization', name, inputs, {
      epsilon: { float: eps },
      momentum: { float: 1 - momentum },
    });
  }

  /** LayerNorm over the last axis of `width` elements. */
  layerNorm(x: string, name: string, width: number, eps: number): string {
    const weight = this.tensor(`${name}.weight`, [width], ONES);
    const bias = this.tensor(`${name}.bias`, [width], ZEROS);
    return this.op('LayerNormalization', name, [x, weight, bias], { axis: -1, epsilon: { float: eps } });
  }

  /** Rectifier; `name` only names the node, there are no parameters. */
  relu(x: string, name: string): string {
    return this.op('Relu', name, [x]);
  }

  /** ReLU6 as Clip(0, 6). */
  relu6(x: string, name: string): string {
    return this.op('Clip', name, [x, this.scalar('relu6.min', 0), this.scalar('relu6.max', 6)]);
  }

  /** Sum of two values of equal shape. */
  add(a: string, b: string, name: string): string {
    return this.op('Add', name, [a, b]);
  }

  mul(a: string, b: string, name: string): string {
    return this.op('Mul', name, [a, b]);
  }

  /** A view of other dims; 0 keeps the dimension at its place, such as the batch. */
  reshape(x: string, name: string, dims: readonly number[]): string {
    return this.op('Reshape', name, [x, this.ints(`${name}.shape`, dims)]);
  }

  transpose(x: string, name: string, perm: number[]): string {
    return this.op('Transpose', name, [x], { perm });
  }

  maxPool(x: string, name: string, kernel: number, stride: number, pad = 0): string {
    return this.op('MaxPool', name, [x], {
      kernel_shape: [kernel, kernel],
      pads: [pad, pad, pad, pad],
      strides: [stride, stride],
    });
  }

  /** Mean over height and width, then [N, channels]. */
  pooledFeatures(x: string): string {
    return this.op('Flatten', 'flatten', [this.op('GlobalAveragePool', 'avgpool', [x])], { axis: 1 });
  }

  /** Dropout: identity when the file is run, active with `ratio` when the engine trains. */
  dropout(x: string, name: string, ratio: number): string {
    return this.op('Dropout', name, [x, this.scalar(`${name}.ratio`, ratio)]);
  }

  #linearInputs(name: string, from: number, to: number, start: LinearInit): [string, string] {
    const { init = torchDefault(from), bias = torchDefault(from) } = start;
    return [this.tensor(`${name}.weight`, [to, from], init), this.tensor(`${name}.bias`, [to], bias)];
  }

  /** Linear on [N, from]. */
  linear(x: string, name: string, from: number, to: number, start: LinearInit = {}): string {
    return this.op('Gemm', name, [x, ...this.#linearInputs(name, from, to, start)], { transB: 1 });
  }

  /** Linear on the last axis of a value of any rank. */
  dense(x: string, name: string, from: number, to: number, start: LinearInit = {}): string {
    const [weight, bias] = this.#linearInputs(name, from, to, start);
    const turned = this.transpose(weight, `${name}.t`, [1, 0]);
    return this.add(this.op('MatMul', `${name}.matmul`, [x, turned]), bias, name);
  }

  /** Linear with bias to the classes, and the end of the graph: output `logits` [N, numClasses]. */
  classifier(x: string, name: string, from: number, start: LinearInit = {}): OnnxModel {
    const inputs = [x, ...this.#linearInputs(name, from, this.options.numClasses, start)];
    this.#nodes.push(makeNode('Gemm', inputs, ['logits'], { name, transB: 1 }));
    return this.#finish();
  }

  #finish(): OnnxModel {
    const { size, inChannels, numClasses } = this.options;
    const graph = create(GraphProtoSchema, {
      name: this.name,
      node: this.#nodes,
      initializer: [...this.#tensors.values()],
      input: [makeValueInfo('input', 'f32', ['N', inChannels, size, size])],
      output: [makeValueInfo('logits', 'f32', ['N', numClasses])],
    });
    const proto = create(ModelProtoSchema, {
      irVersion: IR_VERSION,
      producerName: 'saker',
      producerVersion: SAKER_VERSION,
      opsetImport: [{ domain: '', version: OPSET }],
      graph,
    });
    return new OnnxModel(proto, this.name);
  }
}
