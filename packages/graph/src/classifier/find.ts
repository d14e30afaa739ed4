/** findClassifier: the last linear layer of a graph and the feature tensor in front of it. */
import { SakerError } from '@saker/spec';
import { numberAttribute, numbersAttribute } from '../attributes.js';
import type { NodeProto } from '../gen/onnx_pb.js';
import { type Dim, declaredShape, isDefaultDomain, type OnnxModel } from '../model.js';
import { inferShapes } from '../shapes/infer.js';
import type { ValueShape } from '../shapes/types.js';
import { tensorDims } from '../tensor.js';

/** How the graph ends. `none` is a trunk: its output is the features. */
export type HeadKind = 'gemm' | 'matmul' | 'conv' | 'none';

/** The classifier of a graph. */
export interface Classifier {
  readonly kind: HeadKind;
  /** Value in front of the head. Of shape [N, width], or [N, width, H, W] when `pool` or `flatten` is needed. */
  readonly features: string;
  readonly width: number;
  /** Batch dimension of the features. */
  readonly batch: Dim;
  /** What turns the features into [N, width]: nothing, Flatten, or GlobalAveragePool and Flatten. */
  readonly reduce: 'none' | 'flatten' | 'pool';
  /** Classes of the head that is there now; null without one. */
  readonly numClasses: number | null;
  /** Names of the head's weight and, when it has one, bias. */
  readonly headParameters: readonly string[];
  /** Nodes of the head and of the tail behind it, in file order. */
  readonly nodes: readonly NodeProto[];
}

/** Ops behind a head that keep one score per class. */
const TAIL_OPS = new Set(
  'Softmax LogSoftmax Sigmoid Identity Dropout Cast Flatten Reshape Squeeze'.split(' '),
);
const POOL_OPS = new Set('GlobalAveragePool AveragePool ReduceMean GlobalMaxPool'.split(' '));
/** Ops that turn scores into probabilities; features are looked for before them. */
const PROBABILITY_OPS = new Set(['Softmax', 'LogSoftmax', 'Sigmoid', 'Identity']);

/**
 * Looks, from the first output backwards, through Softmax, LogSoftmax, Sigmoid, Identity, Dropout, Cast, Flatten,
 * Reshape and Squeeze for a Gemm, a MatMul (with or without Add), or a 1x1 Conv with pooling (and Relu) behind it
 * as in SqueezeNet, each with a constant weight. A graph without one counts as a trunk when its output is
 * [N, features] or [N, channels, H, W]. Throws E_MODEL_NO_HEAD otherwise.
 */
export function findClassifier(model: OnnxModel): Classifier {
  const shapes = inferShapes(model);
  return findHead(model, shapes) ?? findTrunkOutput(model, shapes);
}

function findHead(model: OnnxModel, shapes: ReadonlyMap<string, ValueShape>): Classifier | null {
  const tail: NodeProto[] = [];
  let value = model.outputs[0]!.name;
  let pooled = false;
  let activated = false;
  for (;;) {
    const node = model.producer(value);
    if (!node || !isDefaultDomain(node.domain)) return null;
    tail.unshift(node);
    if (!activated || pooled) {
      const head = activated
        ? convHead(model, node, shapes, pooled)
        : linearHead(model, node, shapes, pooled);
      if (head) return { ...head, nodes: [...(head.nodes ?? []), ...tail] };
    }
    if (TAIL_OPS.has(node.opType)) value = node.input[0]!;
    else if (POOL_OPS.has(node.opType) && !pooled) {
      pooled = true;
      value = node.input[0]!;
    } else if (node.opType === 'Relu' && pooled && !activated) {
      activated = true;
      value = node.input[0]!;
    } else return null;
  }
}

function linearHead(
  model: OnnxModel,
  node: NodeProto,
  shapes: ReadonlyMap<string, ValueShape>,
  pooled: boolean,
): Classifier | null {
  if (node.opType === 'Conv') return convHead(model, node, shapes, pooled);
  if (pooled) return null;
  if (node.opType === 'Gemm') return gemmHead(model, node, shapes);
  if (node.opType === 'MatMul') return matmulHead(model, node, shapes, []);
  if (node.opType !== 'Add') return null;
  const biasIndex = node.input.findIndex((name) => constantDims(model, name) !== null);
  const product = biasIndex < 0 ? undefined : model.producer(node.input[1 - biasIndex]!);
  if (product?.opType !== 'MatMul') return null;
  const head = matmulHead(model, product, shapes, [node.input[biasIndex]!]);
  return head && { ...head, nodes: [product] };
}

/** A constant as a node sees it: the tensor's own name, and its dims after Identity and Transpose on the way. */
function constantBehind(model: OnnxModel, name: string | undefined): { name: string; dims: number[] } | null {
  const tensor = name ? model.constant(name) : undefined;
  if (name && tensor) return { name, dims: tensorDims(tensor) };
  const node = name ? model.producer(name) : undefined;
  if (node?.opType !== 'Identity' && node?.opType !== 'Transpose') return null;
  const source = constantBehind(model, node.input[0]);
  if (!source || node.opType === 'Identity') return source;
  const order = numbersAttribute(node, 'perm') ?? source.dims.map((_, axis) => axis).reverse();
  return { name: source.name, dims: order.map((axis) => source.dims[axis] ?? 0) };
}

function constantDims(model: OnnxModel, name: string | undefined): number[] | null {
  return constantBehind(model, name)?.dims ?? null;
}

function constantNames(model: OnnxModel, names: readonly string[]): string[] {
  return names.flatMap((name) => constantBehind(model, name)?.name ?? []);
}

function gemmHead(
  model: OnnxModel,
  node: NodeProto,
  shapes: ReadonlyMap<string, ValueShape>,
): Classifier | null {
  const dims = constantDims(model, node.input[1]);
  if (dims?.length !== 2 || numberAttribute(node, 'transA', 0) !== 0) return null;
  const [width, numClasses] =
    numberAttribute(node, 'transB', 0) === 1 ? [dims[1]!, dims[0]!] : [dims[0]!, dims[1]!];
  const headParameters = constantNames(model, node.input.slice(1));
  return classifier('gemm', node.input[0]!, width, shapes, { numClasses, headParameters });
}

function matmulHead(
  model: OnnxModel,
  node: NodeProto,
  shapes: ReadonlyMap<string, ValueShape>,
  bias: string[],
): Classifier | null {
  const dims = constantDims(model, node.input[1]);
  const features = shapes.get(node.input[0]!)?.dims;
  if (dims?.length !== 2 || (features && features.length !== 2)) return null;
  const headParameters = constantNames(model, [node.input[1]!, ...bias]);
  return classifier('matmul', node.input[0]!, dims[0]!, shapes, { numClasses: dims[1]!, headParameters });
}

/** A 1x1 Conv that gives one map per class: fully convolutional heads, or a linear layer on pooled features. */
function convHead(
  model: OnnxModel,
  node: NodeProto,
  shapes: ReadonlyMap<string, ValueShape>,
  pooled: boolean,
): Classifier | null {
  const single = shapes
    .get(node.output[0]!)
    ?.dims?.slice(2)
    .every((dim) => dim === 1);
  if (node.opType !== 'Conv' || !(pooled || single)) return null;
  const dims = constantDims(model, node.input[1]);
  const kernel = numbersAttribute(node, 'kernel_shape') ?? dims?.slice(2);
  if (!dims || !kernel?.every((size) => size === 1) || numberAttribute(node, 'group', 1) !== 1) return null;
  const headParameters = constantNames(model, node.input.slice(1));
  return classifier('conv', node.input[0]!, dims[1]!, shapes, { numClasses: dims[0]!, headParameters });
}

function classifier(
  kind: HeadKind,
  features: string,
  width: number,
  shapes: ReadonlyMap<string, ValueShape>,
  head: Pick<Classifier, 'numClasses' | 'headParameters'>,
): Classifier {
  const dims = shapes.get(features)?.dims ?? null;
  return {
    kind,
    features,
    width,
    batch: dims?.[0] ?? null,
    reduce: reduction(kind, dims),
    nodes: [],
    ...head,
  };
}

function reduction(kind: HeadKind, dims: readonly Dim[] | null): Classifier['reduce'] {
  if (kind === 'gemm' || kind === 'matmul' || dims?.length === 2) return 'none';
  return dims?.slice(2).every((dim) => dim === 1) ? 'flatten' : 'pool';
}

function findTrunkOutput(model: OnnxModel, shapes: ReadonlyMap<string, ValueShape>): Classifier {
  let features = model.outputs[0]!.name;
  for (;;) {
    const node = model.producer(features);
    if (!node || !PROBABILITY_OPS.has(node.opType)) break;
    features = node.input[0]!;
  }
  const dims = shapes.get(features)?.dims ?? null;
  const width = dims?.[1];
  const perPicture = dims !== null && dims[0] === batchOf(model, dims[0]);
  if (!dims || !perPicture || (dims.length !== 2 && dims.length !== 4) || typeof width !== 'number') {
    const shape = dims ? `[${dims.map((dim) => dim ?? '?').join(', ')}]` : 'unknown';
    throw new SakerError('E_MODEL_NO_HEAD', {
      file: model.file,
      detail:
        `looked back from output ${model.outputs[0]!.name} for a last Gemm, MatMul or pooled 1x1 Conv with constant ` +
        `weights, then for an output of shape [N, features] or [N, channels, H, W], but its shape is ${shape}`,
    });
  }
  return classifier('none', features, width, shapes, { numClasses: null, headParameters: [] });
}

/** The batch dimension that a per-picture value must have: that of the input, or `found` where either is unknown. */
function batchOf(model: OnnxModel, found: Dim | undefined): Dim | undefined {
  const input = model.inputs[0];
  const batch = input ? (declaredShape(input)?.[0] ?? null) : null;
  return batch === null || found === null ? found : batch;
}
