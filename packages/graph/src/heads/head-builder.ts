/** Appends layers to a graph that ends in rows of features. */
import type { AttrInput } from '../attributes.js';
import { makeNode, makeValueInfo } from '../build.js';
import type { FeatureExtractor } from '../classifier/feature-extractor.js';
import type { NodeProto, TensorProto } from '../gen/onnx_pb.js';
import type { OnnxModel } from '../model.js';
import { makeTensor } from '../tensor.js';

/** Names of everything that a head adds begin with this. */
export const HEAD_PREFIX = 'projection.';

export class HeadBuilder {
  readonly #nodes: NodeProto[] = [];
  readonly #tensors = new Map<string, TensorProto>();
  readonly #backbone: FeatureExtractor;
  #value: string;

  constructor(backbone: FeatureExtractor) {
    this.#backbone = backbone;
    this.#value = backbone.model.graph.output[0]!.name;
  }

  /** The value that the last layer gave, at first the features. */
  get value(): string {
    return this.#value;
  }

  tensor(name: string, dims: readonly number[], data: Float32Array | BigInt64Array): string {
    const full = `${HEAD_PREFIX}${name}`;
    const dtype = data instanceof Float32Array ? 'f32' : 'i64';
    this.#tensors.set(full, makeTensor(full, dtype, dims, data));
    return full;
  }

  /** Adds a node and gives the name of its output. */
  node(
    op: string,
    name: string,
    inputs: readonly string[],
    attributes: Record<string, AttrInput> = {},
  ): string {
    const output = `${HEAD_PREFIX}${name}`;
    this.#nodes.push(makeNode(op, inputs, [output], { ...attributes, name: output }));
    this.#value = output;
    return output;
  }

  /** torch.nn.Linear: x W^T + b. */
  linear(name: string, from: number, to: number, weight: Float32Array, bias: Float32Array): string {
    const inputs = [
      this.#value,
      this.tensor(`${name}.weight`, [to, from], weight),
      this.tensor(`${name}.bias`, [to], bias),
    ];
    return this.node('Gemm', name, inputs, { transB: 1 });
  }

  /** The graph with the last value, f32 [N, width], as its only output. */
  finish(width: number): OnnxModel {
    const { model } = this.#backbone;
    const batch = model.graph.output[0]!;
    const dim =
      batch.type?.value.case === 'tensorType' ? batch.type.value.value.shape?.dim[0]?.value : undefined;
    const name = dim?.case === 'dimParam' ? dim.value : 'N';
    return model.withGraph({
      node: [...model.graph.node, ...this.#nodes],
      initializer: [...model.graph.initializer, ...this.#tensors.values()],
      output: [makeValueInfo(this.#value, 'f32', [name, width])],
    });
  }
}
