/** The graph whose weights are pretrained: opened, and given a projection head. */
import { existsSync } from 'node:fs';
import {
  buildModel,
  dinoHead,
  featureExtractor,
  HEAD_PREFIX,
  inputSpec,
  type OnnxModel,
  putTensors,
  readMetadata,
  readModel,
  simclrHead,
  type TensorValues,
  toProgram,
  ZOO,
  zooSize,
} from '@saker/graph';
import { type GraphProgram, type PretrainConfig, SakerError } from '@saker/spec';

/** Classes of a zoo model's classifier, which nothing is learned of; `saker train` puts another in its place. */
const CLASSES = 2;

export interface Backbone {
  /** The graph as given, classifier included. */
  readonly model: OnnxModel;
  /** What the engine trains: the backbone with the projection head, of pictures of any size. */
  readonly program: GraphProgram;
  readonly size: number;
  readonly channels: 1 | 3;
  /** The graph averages its maps, so that it takes pictures of any size. */
  readonly anySize: boolean;
  /** The graph with trained values in place of its own. */
  withWeights(tensors: Readonly<Record<string, TensorValues>>): OnnxModel;
}

/**
 * Opens a zoo model or file and puts the method's head behind its features.
 * @throws SakerError E_MODEL_UNKNOWN, E_FILE_NOT_FOUND, E_MODEL_NOT_ONNX, E_MODEL_NO_HEAD, E_ARG_INVALID.
 */
export function openBackbone(config: PretrainConfig): Backbone {
  const { model: name, seed, method, projection } = config;
  const file = !ZOO.includes(name) && (name.endsWith('.onnx') || existsSync(name));
  const model = file
    ? readModel(name)
    : buildModel(name, { numClasses: CLASSES, size: config.size ?? zooSize(name), seed });
  const input = inputSpec(model);
  const size = config.size ?? input.height ?? input.width ?? fail();
  const trunk = featureExtractor(model);
  const width = projection === undefined ? {} : { width: projection };
  const headed =
    method === 'simclr' ? simclrHead(trunk, { seed, ...width }) : dinoHead(trunk, { seed, ...width });
  const program = toProgram(headed);
  const inputs = program.inputs.map((one) =>
    one.dims.length === 4 ? { ...one, dims: [one.dims[0]!, one.dims[1]!, 'H', 'W'] } : one,
  );
  const known = new Set(program.tensors.map((tensor) => tensor.name));
  return {
    model,
    program: { ...program, inputs },
    size,
    channels: input.channels === 1 ? 1 : 3,
    anySize: model.nodes.some((node) => node.opType === 'GlobalAveragePool'),
    withWeights: (tensors) =>
      putTensors(
        model,
        Object.fromEntries(
          Object.entries(tensors).filter(([key]) => known.has(key) && !key.startsWith(HEAD_PREFIX)),
        ),
      ),
  };
}

/** Mean and std that the file's own pipelines use, when it has any. */
export function ownNormalize(model: OnnxModel): { mean: readonly number[]; std: readonly number[] } | null {
  const found = readMetadata(model)?.pipelines.eval.ops.find((op) => op.op === 'Normalize');
  return found ? { mean: found.mean, std: found.std } : null;
}

function fail(): never {
  throw new SakerError('E_ARG_INVALID', {
    name: 'size',
    expected: 'the side of the input in pixels, which this graph leaves open',
    received: 'nothing',
  });
}
