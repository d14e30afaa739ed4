/** replaceHead: a graph with a new linear classifier on its features. */
import { Random, SakerError } from '@saker/spec';
import { makeNode, makeValueInfo } from '../build.js';
import type { NodeProto, TensorProto, ValueInfoProto } from '../gen/onnx_pb.js';
import { foreignMetadata } from '../metadata.js';
import type { OnnxModel } from '../model.js';
import { makeTensor } from '../tensor.js';
import { withFreeBatch } from './batch.js';
import { featureRows, freshNames } from './feature-extractor.js';
import { type Classifier, findClassifier } from './find.js';
import { inferenceForm } from './inference-form.js';
import { type HeadParameters, parameterNames } from './parameters.js';
import { prune } from './prune.js';
import { untieConstants } from './untie.js';

/** Options of `replaceHead`. */
export interface ReplaceHeadOptions {
  /** Outputs of the head, at least 1: a class each, or the one score of a binary model. */
  readonly numClasses: number;
  /** Seed of the new weights, 0 .. 2^32-1. */
  readonly seed: number;
  /**
   * How the weight [numClasses, width] is drawn: 'uniform' is torch.nn.Linear's U(-1/sqrt(width), 1/sqrt(width)),
   * for the bias too; 'normal' is N(0, 0.01) with a zero bias; 'zeros' makes every class equally likely at first.
   */
  readonly init?: 'uniform' | 'normal' | 'zeros';
}

/** A graph with a new head. */
export interface ReplacedHead extends HeadParameters {
  readonly model: OnnxModel;
  readonly classifier: Classifier;
}

/** Random stream of head weights; zoo layers use others. */
const HEAD_STREAM = 0x48454144;

/**
 * A new model whose only output is `logits` [N, numClasses] of a new Gemm on the features that `findClassifier`
 * finds; the old head, the tail behind it (Softmax and the like) and everything only they needed are gone. A
 * convolutional head (SqueezeNet) becomes GlobalAveragePool, Flatten and Gemm, which computes the same family of
 * functions. Parameter names stay those of the old linear head when they end in `.weight`, else they are
 * `head.weight` and `head.bias`. Constants shared through Identity nodes get copies of their own. A fixed batch size is made symbolic where the whole graph allows it.
 * Batch norms and dropouts exported in training mode are set to inference. Saker's own metadata is dropped, as its
 * labels are no longer true. The given model is not changed. Throws E_MODEL_NO_HEAD, E_ARG_INVALID.
 */
export function replaceHead(model: OnnxModel, options: ReplaceHeadOptions): ReplacedHead {
  const { numClasses, seed, init = 'uniform' } = options;
  if (!Number.isInteger(numClasses) || numClasses < 1) {
    throw new SakerError('E_ARG_INVALID', {
      name: 'numClasses',
      expected: 'a whole number of at least 1',
      received: String(numClasses),
    });
  }
  const free = withFreeBatch(inferenceForm(untieConstants(model)));
  const classifier = findClassifier(free);
  const { width, batch } = classifier;
  const names = headNames(free, classifier);

  const { nodes, rows } = featureRows(classifier, names.fresh);
  const gemm = makeNode('Gemm', [rows, names.weight, names.bias], [names.logits], {
    name: names.logits,
    transB: 1,
  });

  const weights = drawHead(names.weight, names.bias, numClasses, width, seed, init);
  const replaced = new Set(weights.map((tensor) => tensor.name));
  const kept = free.nodes.filter(
    (node) => !classifier.nodes.includes(node) || feeds(node, classifier.features),
  );
  const edited = free.withGraph({
    node: [...kept, ...nodes, gemm],
    initializer: [...free.graph.initializer.filter((tensor) => !replaced.has(tensor.name)), ...weights],
    input: [
      ...free.graph.input.filter((value) => !replaced.has(value.name)),
      ...listedWeights(free, weights),
    ],
    output: [makeValueInfo(names.logits, 'f32', [batch, numClasses])],
    valueInfo: free.graph.valueInfo.filter((value) => value.name !== names.logits),
  });
  const pruned = prune(edited).withProto({ metadataProps: foreignMetadata(model) });
  return {
    model: pruned,
    classifier,
    headParameters: [names.weight, names.bias],
    stages: parameterNames(pruned),
  };
}

/** Before IR version 4, every initializer had to be listed among the inputs too. */
function listedWeights(model: OnnxModel, weights: readonly TensorProto[]): ValueInfoProto[] {
  if (model.proto.irVersion >= 4n) return [];
  return weights.map((tensor) => makeValueInfo(tensor.name, 'f32', tensor.dims.map(Number)));
}

function isView(node: NodeProto): boolean {
  return node.opType === 'Transpose' || node.opType === 'Identity';
}

function feeds(node: NodeProto, features: string): boolean {
  return node.output.includes(features);
}

interface HeadNames {
  readonly weight: string;
  readonly bias: string;
  readonly logits: string;
  fresh(wanted: string): string;
}

function headNames(model: OnnxModel, classifier: Classifier): HeadNames {
  const gone = new Set(classifier.nodes.flatMap((node) => node.output));
  gone.delete(classifier.features);
  const [oldWeight = '', oldBias] = classifier.headParameters;
  // A Transpose or Identity between the weight and the head belongs to the head when nothing else reads it.
  const onlyHead = (name: string): boolean =>
    model
      .consumers(name)
      .every((node) => classifier.nodes.includes(node) || (isView(node) && node.output.every(onlyHead)));
  for (const name of classifier.headParameters) if (onlyHead(name)) gone.add(name);

  const fresh = freshNames(model, gone);

  const keep = classifier.kind !== 'conv' && oldWeight.endsWith('.weight') && onlyHead(oldWeight);
  const stem = keep ? oldWeight.slice(0, -'.weight'.length) : 'head';
  const bias = keep && oldBias && onlyHead(oldBias) ? oldBias : `${stem}.bias`;
  return { weight: fresh(`${stem}.weight`), bias: fresh(bias), logits: fresh('logits'), fresh };
}

function drawHead(
  weightName: string,
  biasName: string,
  numClasses: number,
  width: number,
  seed: number,
  init: 'uniform' | 'normal' | 'zeros',
): TensorProto[] {
  const random = new Random(seed, HEAD_STREAM);
  const bound = 1 / Math.sqrt(width);
  const uniform = () => (2 * random.uniform() - 1) * bound;
  const draw = { uniform, normal: () => 0.01 * random.normal(), zeros: () => 0 }[init];
  const weight = Float32Array.from({ length: numClasses * width }, draw);
  const bias = Float32Array.from({ length: numClasses }, init === 'uniform' ? draw : () => 0);
  return [
    makeTensor(weightName, 'f32', [numClasses, width], weight),
    makeTensor(biasName, 'f32', [numClasses], bias),
  ];
}
