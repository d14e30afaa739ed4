/** featureExtractor: a graph that ends in front of its classifier. */
import { makeNode, makeValueInfo } from '../build.js';
import type { NodeProto } from '../gen/onnx_pb.js';
import { foreignMetadata } from '../metadata.js';
import type { OnnxModel } from '../model.js';
import { withFreeBatch } from './batch.js';
import { type Classifier, findClassifier } from './find.js';
import { inferenceForm } from './inference-form.js';
import { prune } from './prune.js';

/** Makes names that no value of the graph has; names in `free` may be taken again. */
export function freshNames(
  model: OnnxModel,
  free: ReadonlySet<string> = new Set(),
): (wanted: string) => string {
  const taken = new Set<string>();
  for (const value of model.graph.input) taken.add(value.name);
  for (const tensor of model.graph.initializer) taken.add(tensor.name);
  for (const node of model.nodes) for (const output of node.output) taken.add(output);
  for (const name of free) taken.delete(name);
  return (wanted) => {
    let name = wanted;
    for (let suffix = 1; taken.has(name); suffix++) name = `${wanted}_${suffix}`;
    taken.add(name);
    return name;
  };
}

/** The nodes that turn the features in front of a classifier into rows [N, width], and the name of these rows. */
export function featureRows(
  classifier: Classifier,
  fresh: (wanted: string) => string,
): { nodes: NodeProto[]; rows: string } {
  const nodes: NodeProto[] = [];
  let rows = classifier.features;
  const append = (op: string, output: string, attrs: Record<string, number> = {}): void => {
    nodes.push(makeNode(op, [rows], [output], { ...attrs, name: output }));
    rows = output;
  };
  if (classifier.reduce === 'pool') append('GlobalAveragePool', fresh('head.pool'));
  if (classifier.reduce !== 'none') append('Flatten', fresh('head.flatten'), { axis: 1 });
  return { nodes, rows };
}

/** A graph whose only output is the features of each picture. */
export interface FeatureExtractor {
  readonly model: OnnxModel;
  /** Features of a picture. */
  readonly width: number;
}

/**
 * The part of a graph in front of its classifier (as `findClassifier` finds it), with the only output f32 [N, width]:
 * maps are averaged over their area. In inference form; Saker's metadata is dropped. The given model is not changed.
 * @throws SakerError E_MODEL_NO_HEAD.
 */
export function featureExtractor(model: OnnxModel): FeatureExtractor {
  const free = withFreeBatch(inferenceForm(model));
  const classifier = findClassifier(free);
  const { nodes, rows } = featureRows(classifier, freshNames(free));
  const edited = free.withGraph({
    node: [...free.nodes, ...nodes],
    output: [makeValueInfo(rows, 'f32', [classifier.batch, classifier.width])],
    valueInfo: free.graph.valueInfo.filter((value) => value.name !== rows),
  });
  const pruned = prune(edited).withProto({ metadataProps: foreignMetadata(model) });
  return { model: pruned, width: classifier.width };
}
