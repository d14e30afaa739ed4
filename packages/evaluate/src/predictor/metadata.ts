import { inputSpec, type OnnxModel, readModel } from '@saker/graph/read';
import { evalPipeline, type ModelMetadata, makeModelMetadata, SakerError } from '@saker/spec';

/** What a user tells about a file that carries no Saker metadata. */
export interface MetadataOptions {
  readonly labels: readonly string[];
  /** Side of the square crop in pixels; default: the graph's input height and width. */
  readonly size?: number;
  /** Short side before the crop; default: the crop over 0.875, as torchvision does. */
  readonly resize?: number;
  /** Of values 0..1; default: ImageNet's, or 0 for one channel. */
  readonly mean?: readonly number[];
  /** Of values 0..1; default: ImageNet's, or 1 for one channel. */
  readonly std?: readonly number[];
  readonly interpolation?: 'nearest' | 'bilinear' | 'bicubic' | 'lanczos';
  /** What the graph's input takes, as graph's `inputSpec` gives it; null stands for a size that is left open. */
  readonly inputShape?: {
    readonly channels: number;
    readonly height: number | null;
    readonly width: number | null;
  };
  /** Whether the graph gives logits (default) or probabilities. */
  readonly output?: 'logits' | 'probabilities';
}

function cropSize(options: MetadataOptions): [number, number] {
  if (options.size !== undefined) return [options.size, options.size];
  const { height, width } = options.inputShape ?? { height: null, width: null };
  if (height !== null && width !== null) return [height, width];
  throw new SakerError('E_ARG_INVALID', {
    name: 'size',
    expected: 'a size in pixels, because the graph leaves its input size open',
    received: 'none',
  });
}

/**
 * Metadata for a file without any: torchvision's evaluation transform at the given size.
 * @throws SakerError E_ARG_INVALID, E_PIPELINE_INVALID.
 */
export function metadataFromOptions(options: MetadataOptions): ModelMetadata {
  if (options.labels.length === 0)
    throw new SakerError('E_ARG_INVALID', {
      name: 'labels',
      expected: 'at least one label',
      received: 'none',
    });
  const channels = options.inputShape?.channels === 1 ? 1 : 3;
  const grey = channels === 1;
  const pipeline = evalPipeline({
    size: cropSize(options),
    resize: options.resize,
    mean: options.mean ?? (grey ? [0] : undefined),
    std: options.std ?? (grey ? [1] : undefined),
    interpolation: options.interpolation,
    channels,
  });
  return makeModelMetadata({ labels: options.labels, eval: pipeline, output: options.output });
}

/** Probabilities when a graph's only output is made by a Softmax node, else logits. */
function outputKind(model: OnnxModel): 'logits' | 'probabilities' {
  const [output] = model.outputs;
  return output && model.producer(output.name)?.opType === 'Softmax' ? 'probabilities' : 'logits';
}

/**
 * `metadataFromOptions` with the input shape and the kind of output read from the model.
 * @throws SakerError E_MODEL_NOT_ONNX, E_FILE_NOT_FOUND, E_ARG_INVALID, E_PIPELINE_INVALID.
 */
export function metadataForModel(
  model: string | Uint8Array | OnnxModel,
  options: MetadataOptions,
): ModelMetadata {
  const graph = typeof model === 'string' || model instanceof Uint8Array ? readModel(model) : model;
  const inputShape = options.inputShape ?? inputSpec(graph);
  return metadataFromOptions({ ...options, inputShape, output: options.output ?? outputKind(graph) });
}
