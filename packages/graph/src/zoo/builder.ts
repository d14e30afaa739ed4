/**
 * A small language for networks: each method appends one layer under its torchvision module name and returns the
 * name of the value it computes. A layer `a.b` gives node `a.b`, value `a.b_out` and parameters `a.b.weight` ...
 */
import { create } from '@bufbuild/protobuf';
import { SAKER_VERSION } from '@saker/spec';
import type { AttrInput } from '../attributes.js';
import { makeNode, makeValueInfo } from '../build.js';
import { GraphProtoSchema, ModelProtoSchema, type NodeProto, type TensorProto } from '../gen/onnx_pb.js';
import { OnnxModel } from '../model.js';
import { makeTensor } from '../tensor.js';
import { normal, uniform } from './init.js';

const OPSET = 17n;
const IR_VERSION = 8n;

/** What every architecture is built from. */
export interface NetOptions {
  readonly numClasses: number;
  /** Side of the square input in pixels. */
  readonly size: number;
  readonly inChannels: number;
  readonly seed: number;
}

/** A convolution; `pad` defaults to (kernel - 1) / 2, which keeps the size at stride 1. */
export interface ConvOptions {
  readonly from: number;
  readonly to: number;
  readonly kernel: number;
  readonly stride?: number;
  readonly pad?: number;
  readonly groups?: number;
}

/** Collects the layers of one network. */
export class NetBuilder {
  readonly #nodes: NodeProto[] = [];
  readonly #tensors = new Map<string, TensorProto>();

  constructor(
    readonly name: string,
    readonly options: NetOptions,
  ) {}

  #tensor(name: string, dims: readonly number[], data: Float32Array): string {
    if (!this.#tensors.has(name)) this.#tensors.set(name, makeTensor(name, 'f32', dims, data));
    return name;
  }

  #node(
    op: string,
    name: string,
    inputs: readonly string[],
    attributes: Record<string, AttrInput> = {},
  ): string {
    const output = `${name}_out`;
    this.#nodes.push(makeNode(op, inputs, [output], { ...attributes, name }));
    return output;
  }

  /** Conv2d without bias, weight by kaiming_normal_(mode='fan_out', nonlinearity='relu') (He et al. 2015). */
  conv(x: string, name: string, options: ConvOptions): string {
    const { from, to, kernel, stride = 1, pad = (kernel - 1) / 2, groups = 1 } = options;
    const dims = [to, from / groups, kernel, kernel];
    const std = Math.sqrt(2 / (to * kernel * kernel));
    const id = `${name}.weight`;
    const weight = this.#tensor(
      id,
      dims,
      normal(this.options.seed, id, to * dims[1]! * kernel * kernel, std),
    );
    return this.#node('Conv', name, [x, weight], {
      dilations: [1, 1],
      group: groups,
      kernel_shape: [kernel, kernel],
      pads: [pad, pad, pad, pad],
      strides: [stride, stride],
    });
  }

  /** BatchNorm2d with torch's defaults: eps 1e-5; momentum 0.1 there is 0.9 in ONNX's convention. */
  batchNorm(x: string, name: string, channels: number): string {
    const filled = (suffix: string, value: number) =>
      this.#tensor(`${name}.${suffix}`, [channels], new Float32Array(channels).fill(value));
    const inputs = [
      x,
      filled('weight', 1),
      filled('bias', 0),
      filled('running_mean', 0),
      filled('running_var', 1),
    ];
    return this.#node('BatchNormalization', name, inputs, {
      epsilon: { float: 1e-5 },
      momentum: { float: 0.9 },
    });
  }

  /** Rectifier; `name` only names the node, there are no parameters. */
  relu(x: string, name: string): string {
    return this.#node('Relu', name, [x]);
  }

  /** ReLU6 as Clip(0, 6). */
  relu6(x: string, name: string): string {
    const low = this.#tensor('relu6.min', [], Float32Array.of(0));
    const high = this.#tensor('relu6.max', [], Float32Array.of(6));
    return this.#node('Clip', name, [x, low, high]);
  }

  /** Sum of two values of equal shape. */
  add(a: string, b: string, name: string): string {
    return this.#node('Add', name, [a, b]);
  }

  maxPool(x: string, name: string, kernel: number, stride: number, pad = 0): string {
    return this.#node('MaxPool', name, [x], {
      kernel_shape: [kernel, kernel],
      pads: [pad, pad, pad, pad],
      strides: [stride, stride],
    });
  }

  /** Mean over height and width, then [N, channels]. */
  pooledFeatures(x: string): string {
    return this.#node('Flatten', 'flatten', [this.#node('GlobalAveragePool', 'avgpool', [x])], { axis: 1 });
  }

  /** Dropout: identity when the file is run, active with `ratio` when the engine trains. */
  dropout(x: string, name: string, ratio: number): string {
    return this.#node('Dropout', name, [x, this.#tensor(`${name}.ratio`, [], Float32Array.of(ratio))]);
  }

  /**
   * Linear with bias, and the end of the graph: output `logits`. 'torch' draws weight and bias from
   * U(-1/sqrt(from), 1/sqrt(from)); 'normal' is N(0, 0.01) with a zero bias.
   */
  classifier(x: string, name: string, from: number, init: 'torch' | 'normal' = 'torch'): OnnxModel {
    const { numClasses, seed } = this.options;
    const [w, b] = [`${name}.weight`, `${name}.bias`];
    const bound = 1 / Math.sqrt(from);
    const count = numClasses * from;
    const weights = init === 'torch' ? uniform(seed, w, count, bound) : normal(seed, w, count, 0.01);
    const biases = init === 'torch' ? uniform(seed, b, numClasses, bound) : new Float32Array(numClasses);
    const inputs = [x, this.#tensor(w, [numClasses, from], weights), this.#tensor(b, [numClasses], biases)];
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
