/** inputSpec: what picture a graph takes. */
import { SakerError } from '@saker/spec';
import { type Dim, declaredShape, declaredType, type OnnxModel } from './model.js';
import { dtypeOf } from './tensor.js';

/** A graph's picture input, NCHW float32. */
export interface InputSpec {
  readonly name: string;
  readonly channels: number;
  /** Height in pixels; null when the graph takes any. */
  readonly height: number | null;
  /** Width in pixels; null when the graph takes any. */
  readonly width: number | null;
  /** Batch size when the graph fixes it, else null. */
  readonly batch: number | null;
}

/**
 * The picture input of a model: its one input of shape [N, C, H, W] with 1 or 3 channels. Throws E_MODEL_SHAPE for
 * anything else (several inputs, NHWC, other element types), saying what was found.
 */
export function inputSpec(model: OnnxModel): InputSpec {
  const [input, ...others] = model.inputs;
  const fail = (received: string) =>
    new SakerError('E_MODEL_SHAPE', {
      name: `the input of ${model.file}`,
      expected: 'one float32 tensor [N, C, H, W] with 1 or 3 channels',
      received,
    });
  if (!input) throw fail('no input');
  if (others.length > 0) throw fail(`${others.length + 1} inputs`);
  const dims = declaredShape(input);
  const shape = dims ? `[${dims.map((dim) => dim ?? '?').join(', ')}]` : 'a tensor of unknown rank';
  const dtype = dtypeOf(declaredType(input));
  if (dims?.length !== 4 || (dims[1] !== 1 && dims[1] !== 3)) throw fail(shape);
  if (dtype !== 'f32') throw fail(`${shape} of ${dtype ?? 'another element type'}`);
  const size = (dim: Dim | undefined) => (typeof dim === 'number' && dim > 0 ? dim : null);
  return {
    name: input.name,
    channels: dims[1],
    height: size(dims[2]),
    width: size(dims[3]),
    batch: size(dims[0]),
  };
}
