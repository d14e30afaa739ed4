/** Compiled pipelines: one picture, or a batch into memory the caller owns. */
import { type OutputDtype, type PipelineSpec, SakerError } from '@saker/spec/light';
import type { NativeFailure, NativeImageInfo, NativePipeline, Pixels } from './binding.js';
import {
  MAX_INT32,
  MAX_SEED,
  MAX_THREADS,
  MAX_UINT32,
  type PictureLimits,
  pictureLimits,
  refuse,
  whole,
} from './checks.js';
import { CudaBatch } from './cuda-batch.js';
import { decodeForeign } from './foreign/decode-foreign.js';
import { namedAfter, orForeign, retryForeign } from './foreign/fallback.js';
import { type ImageInput, imageInput } from './input.js';
import { binding } from './load-binding.js';

/** What one sample looks like. Height and width are 0 when they depend on the picture. */
export interface OutputShape {
  readonly channels: number;
  readonly height: number;
  readonly width: number;
  /** Pictures made of each picture (FiveCrop: 5), one after the other; absent when it is one. */
  readonly views?: number;
  readonly dtype: OutputDtype;
  readonly layout: 'NCHW' | 'NHWC';
}

/** What a sample's randomness is a function of; all default to 0. */
export interface SampleContext {
  /** 0 .. 2^53-1 */
  readonly seed?: number;
  /** 0 .. 2^32-1 */
  readonly epoch?: number;
  /** 0 .. 2^31-1 */
  readonly sampleId?: number;
}

export interface RunImageContext extends SampleContext {
  /** `reference`: the slow, obviously correct executor, to check the fused one against. */
  readonly executor?: 'fused' | 'reference';
}

export interface RunBatchOptions {
  /** Where the pixels go; the pipeline's dtype, at least inputs x sample elements. Default: a new array. */
  readonly out?: Pixels;
  readonly seed?: number;
  readonly epoch?: number;
  /** What each item's randomness is keyed by; default: its index. */
  readonly sampleIds?: readonly number[];
  /** Most threads that work on this batch; default: one per processor. */
  readonly threads?: number;
  /** Where the pixels are made and stay; default 'cpu'. */
  readonly device?: 'cpu';
}

export interface CudaRunBatchOptions extends Omit<RunBatchOptions, 'out' | 'device'> {
  readonly device: 'cuda';
}

export interface BatchResult {
  /** `out`, or the array made for it. A failed item's part is zero. */
  readonly data: Pixels;
  /** [N, C, H, W] or [N, H, W, C]; [N, views, ...] where the pipeline makes several views. */
  readonly shape: readonly number[];
  /** null for each item that worked. */
  readonly statuses: readonly (SakerError | null)[];
}

/** The picture that a plan is made for: stored size, orientation and format. */
export interface PlanInput {
  readonly width: number;
  readonly height: number;
  readonly orientation?: number;
  readonly channels?: number;
  readonly format?: NativeImageInfo['format'];
}

const ARRAYS = { f32: Float32Array, u8: Uint8Array, f16: Uint16Array, bf16: Uint16Array } as const;

const natives = new WeakMap<Pipeline, NativePipeline>();

/** The addon's half of a pipeline; for the other files of this folder. */
export function nativePipeline(pipeline: unknown): NativePipeline {
  const native = pipeline instanceof Pipeline ? natives.get(pipeline) : undefined;
  return native ?? refuse('pipeline', 'a Pipeline made by compilePipeline', pipeline);
}

/** One SakerError or null per item. */
export function statusList(count: number, failures: readonly NativeFailure[]): (SakerError | null)[] {
  const statuses: (SakerError | null)[] = new Array(count).fill(null);
  for (const [index, error] of failures) statuses[index] = error;
  return statuses;
}

/** Where pixels are made; 'cpu' when undefined. */
export function deviceName(device: unknown): 'cpu' | 'cuda' {
  if (device === undefined || device === 'cpu') return 'cpu';
  return device === 'cuda' ? 'cuda' : refuse('device', "'cpu' or 'cuda'", device);
}

/** Makes sure that every sample has the same size. */
export function requireFixedSize(shape: OutputShape): void {
  if (shape.height > 0) return;
  throw new SakerError('E_PIPELINE_UNSUPPORTED', {
    detail:
      'the size of its output depends on the picture, so pictures cannot share a batch; end it with a crop or a Resize to [height, width]',
  });
}

/** A PipelineSpec ready to run; immutable, usable for any number of calls at once. Made by `compilePipeline`. */
export class Pipeline {
  /** The canonical spec, every default filled in. */
  readonly spec: PipelineSpec;
  /** `sha256:<hex>` of the canonical spec. */
  readonly hash: string;
  readonly outputShape: OutputShape;
  /** Pictures with more pixels are refused. */
  readonly maxPixels: number;
  /** Pictures that take longer to decode are refused. */
  readonly maxDecodeMs: number;

  /**
   * For callers that hold a checked spec, such as one that came from another thread; everybody else has `compilePipeline`.
   * @param spec canonical, as `parsePipeline` gives it.
   * @param hash its `pipelineHash`.
   * @throws SakerError E_PIPELINE_UNSUPPORTED, E_ARG_INVALID.
   */
  constructor(spec: PipelineSpec, hash: string, options: PictureLimits = {}) {
    this.spec = spec;
    this.hash = hash;
    const limits = pictureLimits(options);
    this.maxPixels = limits.maxPixels;
    this.maxDecodeMs = limits.maxDecodeMs;
    const native = new (binding().NativePipeline)(this.spec, limits);
    natives.set(this, native);
    const { dtype, layout } = this.spec.output;
    this.outputShape = Object.freeze({ ...native.shape(), dtype, layout });
  }

  /**
   * Runs one picture; several views of it, [views, ...], where the pipeline makes them. Rejects with the picture's error: those of `decode`, E_IMAGE_TOO_SMALL,
   * E_PIPELINE_UNSUPPORTED.
   */
  async runImage(
    input: ImageInput,
    context: RunImageContext = {},
  ): Promise<{ readonly data: Pixels; readonly shape: readonly number[] }> {
    const { executor = 'fused' } = context;
    if (executor !== 'fused' && executor !== 'reference') {
      refuse('executor', "'fused' or 'reference'", executor);
    }
    const options = { ...sampleKey(context), reference: executor === 'reference' };
    const native = nativePipeline(this);
    return await orForeign(
      () => native.runImage(imageInput('input', input), options),
      async () => {
        const pixels = await decodeForeign(input, this);
        return pixels && (await namedAfter(input, native.runImage(pixels, options)));
      },
    );
  }

  /**
   * Runs pictures into one batch. A picture that fails costs only itself. `out` and the bytes given are used in
   * place: leave them alone until the promise settles. With device 'cuda' the batch is made in device memory and
   * stays there; the pictures are decoded on the CPU.
   * @throws SakerError E_CUDA_NOT_BUILT, E_CUDA_NO_DEVICE, E_PIPELINE_UNSUPPORTED (an op that runs on the CPU only),
   *   E_DEVICE_MISMATCH (`out` with device 'cuda').
   */
  runBatch(inputs: readonly ImageInput[], options: CudaRunBatchOptions): Promise<CudaBatch>;
  runBatch(inputs: readonly ImageInput[], options?: RunBatchOptions): Promise<BatchResult>;
  async runBatch(
    inputs: readonly ImageInput[],
    options: RunBatchOptions | CudaRunBatchOptions = {},
  ): Promise<BatchResult | CudaBatch> {
    if (!Array.isArray(inputs)) refuse('inputs', 'an array of pictures', inputs);
    requireFixedSize(this.outputShape);
    if (deviceName(options.device) === 'cuda') return this.#runCudaBatch(inputs, options);
    return this.#runCpuBatch(inputs, options as RunBatchOptions);
  }

  async #runCpuBatch(inputs: readonly ImageInput[], options: RunBatchOptions): Promise<BatchResult> {
    const count = inputs.length;
    for (const [i, input] of inputs.entries()) imageInput(`inputs[${i}]`, input);
    const { channels, height, width, layout, views } = this.outputShape;
    const length = (views ?? 1) * channels * height * width;
    const data = this.outputArray(count * length, options.out);
    const item = layout === 'NCHW' ? [channels, height, width] : [height, width, channels];
    const shape = views === undefined ? [count, ...item] : [count, views, ...item];
    const ids = batchIds(count, options.sampleIds);
    const settings = batchSettings(options);
    const native = nativePipeline(this);
    const failures = await native.runBatch(inputs, data, ids, { ...settings, reference: false });
    const statuses = statusList(count, failures);
    await retryForeign(inputs, statuses, this, (i, pixels) => {
      const slot = data.subarray(i * length, (i + 1) * length);
      return native.runBatch([pixels], slot, ids.subarray(i, i + 1), { ...settings, reference: false });
    });
    return { data, shape, statuses };
  }

  async #runCudaBatch(inputs: readonly ImageInput[], options: object): Promise<CudaBatch> {
    const { out, ...rest } = options as RunBatchOptions;
    if (out !== undefined) {
      throw new SakerError('E_DEVICE_MISMATCH', { what: 'out', device: 'cpu', expected: 'cuda' });
    }
    const count = inputs.length;
    for (const [i, input] of inputs.entries()) imageInput(`inputs[${i}]`, input);
    const ids = batchIds(count, rest.sampleIds);
    const settings = batchSettings(rest);
    const native = nativePipeline(this);
    const { cudaAllocate, cudaRunBatch } = binding();
    const memory = cudaAllocate(native, count);
    const statuses = statusList(count, await cudaRunBatch(native, inputs, memory, 0, ids, settings));
    await retryForeign(inputs, statuses, this, (i, pixels) =>
      cudaRunBatch(native, [pixels], memory, i, ids.subarray(i, i + 1), settings),
    );
    const { channels, height, width, layout, dtype } = this.outputShape;
    const shape = layout === 'NCHW' ? [count, channels, height, width] : [count, height, width, channels];
    return new CudaBatch(native, memory, { shape, layout, dtype, statuses });
  }

  /**
   * The plan of one view of a sample as plain data, for debugging and tests.
   * @throws SakerError E_IMAGE_TOO_SMALL, E_PIPELINE_UNSUPPORTED, E_ARG_INVALID.
   */
  plan(info: PlanInput, context: SampleContext & { readonly view?: number } = {}): object {
    whole('width', info.width, 1, MAX_INT32);
    whole('height', info.height, 1, MAX_INT32);
    whole('orientation', info.orientation, 1, 8, 1);
    const view = whole('view', context.view, 0, (this.outputShape.views ?? 1) - 1, 0);
    return nativePipeline(this).plan(info, { ...sampleKey(context), view });
  }

  private outputArray(elements: number, out: Pixels | undefined): Pixels {
    const Type = ARRAYS[this.outputShape.dtype];
    if (out === undefined) return new Type(elements);
    if (!(out instanceof Type) || out.length < elements) {
      refuse('out', `a ${Type.name} of at least ${elements} elements`, out);
    }
    return out;
  }
}

function sampleKey(context: SampleContext): { seed: number; epoch: number; sampleId: number } {
  return {
    seed: whole('seed', context.seed, 0, MAX_SEED, 0),
    epoch: whole('epoch', context.epoch, 0, MAX_UINT32, 0),
    sampleId: whole('sampleId', context.sampleId, 0, MAX_INT32, 0),
  };
}

function batchSettings(options: RunBatchOptions): { seed: number; epoch: number; threads?: number } {
  return {
    seed: whole('seed', options.seed, 0, MAX_SEED, 0),
    epoch: whole('epoch', options.epoch, 0, MAX_UINT32, 0),
    ...(options.threads === undefined ? {} : { threads: whole('threads', options.threads, 1, MAX_THREADS) }),
  };
}

function batchIds(count: number, given: readonly number[] | undefined): Int32Array {
  if (given === undefined) return Int32Array.from({ length: count }, (_, i) => i);
  if (given.length !== count) refuse('sampleIds', `${count} ids, one for each input`, given.length);
  return Int32Array.from(given, (id, i) => whole(`sampleIds[${i}]`, id, 0, MAX_INT32));
}
