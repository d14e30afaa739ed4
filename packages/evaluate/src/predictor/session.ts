import { availableParallelism } from 'node:os';
import type { Pixels } from '@saker/core-native';
import { type OutputDtype, SakerError } from '@saker/spec/light';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { disableRuntimeTelemetry } from './runtime-telemetry.js';

/** What the graph must take and give. */
export interface SessionContract {
  readonly file: string;
  readonly dtype: OutputDtype;
  /** One item's dims without the batch, for example [3, 224, 224]. */
  readonly itemDims: readonly number[];
  /** Scores for each item. */
  readonly numClasses: number;
}

type Value = InferenceSession.ValueMetadata & { readonly isTensor: true };

const TENSOR_TYPES = { f32: 'float32', u8: 'uint8', f16: 'float16', bf16: 'bfloat16' } as const;

function runError(file: string, cause: unknown): SakerError {
  const detail = (cause instanceof Error ? cause.message : String(cause)).split('\n')[0] ?? '';
  return new SakerError('E_MODEL_RUN', { file, detail }, { cause });
}

/** Checks the graph's input against the pipeline; returns its batch size when the graph fixes it, else null. */
function checkInput(session: InferenceSession, contract: SessionContract): number | null {
  const inputs = session.inputMetadata;
  const [input] = inputs;
  if (inputs.length !== 1 || !input?.isTensor)
    throw new SakerError('E_MODEL_SHAPE', {
      name: `the inputs of ${contract.file}`,
      expected: 'one tensor',
      received: inputs.map((i) => i.name).join(', ') || 'none',
    });
  const { type, shape } = input as Value;
  const wanted = `${TENSOR_TYPES[contract.dtype]} [N,${contract.itemDims.join(',')}]`;
  const fits =
    type === TENSOR_TYPES[contract.dtype] &&
    shape.length === contract.itemDims.length + 1 &&
    contract.itemDims.every((dim, i) => typeof shape[i + 1] === 'string' || shape[i + 1] === dim);
  if (!fits)
    throw new SakerError('E_MODEL_SHAPE', {
      name: `input ${input.name} of ${contract.file}`,
      expected: `${type} [${shape.join(',')}]`,
      received: `${wanted} from the pipeline`,
    });
  return typeof shape[0] === 'number' ? shape[0] : null;
}

/** Numbers for each item that an output holds, or null when the graph leaves a dim open. */
function widthOf(shape: readonly (number | string)[]): number | null {
  let width = 1;
  for (const dim of shape.slice(1)) {
    if (typeof dim === 'string') return null;
    width *= dim;
  }
  return shape.length < 2 ? null : width;
}

/** The output that holds the class scores: the first whose width is the number of labels. */
function pickOutput(session: InferenceSession, contract: SessionContract): string {
  const outputs = session.outputMetadata.filter((o): o is Value => o.isTensor && o.type === 'float32');
  const exact = outputs.find((o) => widthOf(o.shape) === contract.numClasses);
  const open = outputs.find((o) => widthOf(o.shape) === null);
  const picked = exact ?? open;
  if (picked) return picked.name;
  const widths = outputs.map((o) => `${o.name} [${o.shape.join(',')}]`).join(', ');
  throw widthError(contract, widths || 'no float32 output');
}

function widthError(contract: SessionContract, received: string): SakerError {
  const detail = `the labels ask for ${contract.numClasses} score(s) of a picture, but the graph gives ${received}`;
  return new SakerError('E_MODEL_METADATA', { file: contract.file, detail });
}

/**
 * One ONNX Runtime session on the CPU that gives class scores for a batch. `run` blocks the calling JavaScript thread
 * while it computes (onnxruntime-node does), so servers keep it in a worker.
 */
export class Session {
  private constructor(
    private session: InferenceSession | null,
    private readonly contract: SessionContract,
    private readonly output: string,
    private readonly input: string,
    /** Batch size that the graph insists on, or null. */
    readonly fixedBatch: number | null,
  ) {}

  /**
   * Opens a model and checks that it fits.
   * @throws SakerError E_MODEL_RUN, E_MODEL_SHAPE, E_MODEL_METADATA.
   */
  static async open(
    model: string | Uint8Array,
    contract: SessionContract,
    threads?: number,
  ): Promise<Session> {
    disableRuntimeTelemetry();
    const options: InferenceSession.SessionOptions = {
      executionProviders: ['cpu'],
      intraOpNumThreads: threads ?? availableParallelism(),
      interOpNumThreads: 1,
      executionMode: 'sequential',
      graphOptimizationLevel: 'all',
      logSeverityLevel: 3,
      // Spinning threads would take the cores from the loader's: off, a run over 241 photos on 2 busy cores used 8.8 s
      // of CPU time instead of 11.2 s, and was not slower.
      extra: { session: { intra_op: { allow_spinning: '0' } } },
    };
    // The two overloads of create are told apart by type.
    const opening =
      typeof model === 'string'
        ? InferenceSession.create(model, options)
        : InferenceSession.create(model, options);
    const session = await opening.catch((cause: unknown) => {
      throw runError(contract.file, cause);
    });
    try {
      const fixedBatch = checkInput(session, contract);
      return new Session(
        session,
        contract,
        pickOutput(session, contract),
        session.inputNames[0] as string,
        fixedBatch,
      );
    } catch (error) {
      await session.release();
      throw error;
    }
  }

  /** Names of the input and of the output that holds the class scores. */
  get tensorNames(): { readonly input: string; readonly output: string } {
    return { input: this.input, output: this.output };
  }

  /**
   * Scores of a batch, row after row: [count, numClasses] float32. The input is read where it lies, without a copy.
   * @param data count items, NCHW or NHWC as the pipeline makes them.
   * @throws SakerError E_CLOSED, E_MODEL_RUN, E_MODEL_METADATA.
   */
  async run(data: Pixels, count: number): Promise<Float32Array> {
    const { session, contract, fixedBatch } = this;
    if (!session) throw new SakerError('E_CLOSED', { what: 'The predictor' });
    if (fixedBatch === null || fixedBatch === count) return this.runExactly(session, data, count);
    const size = contract.itemDims.reduce((a, b) => a * b, 1);
    const scores = new Float32Array(count * contract.numClasses);
    for (let from = 0; from < count; from += fixedBatch) {
      const part = data.subarray(from * size, Math.min(count, from + fixedBatch) * size);
      const full = part.length === fixedBatch * size ? part : padded(part, fixedBatch * size);
      const rows = await this.runExactly(session, full, fixedBatch);
      const kept = Math.min(fixedBatch, count - from) * contract.numClasses;
      scores.set(rows.subarray(0, kept), from * contract.numClasses);
    }
    return scores;
  }

  private async runExactly(session: InferenceSession, data: Pixels, count: number): Promise<Float32Array> {
    const { contract, output } = this;
    const dims = [count, ...contract.itemDims];
    const input = tensorOf(contract.dtype, data, dims);
    const results = await session.run({ [this.input]: input }, [output]).catch((cause: unknown) => {
      throw runError(contract.file, cause);
    });
    const scores = results[output]?.data;
    if (!(scores instanceof Float32Array) || scores.length !== count * contract.numClasses)
      throw widthError(contract, `${output} [${results[output]?.dims.join(',') ?? ''}]`);
    return scores;
  }

  /** Frees the session. Closing twice is harmless. */
  async close(): Promise<void> {
    const { session } = this;
    this.session = null;
    await session?.release();
  }
}

function tensorOf(dtype: OutputDtype, data: Pixels, dims: readonly number[]): Tensor {
  if (data instanceof Float32Array) return new Tensor('float32', data, dims);
  if (data instanceof Uint8Array) return new Tensor('uint8', data, dims);
  if (dtype === 'f16') return new Tensor('float16', data, dims);
  throw new SakerError('E_PIPELINE_UNSUPPORTED', {
    detail: 'ONNX Runtime takes no bf16 input; use f16 or f32',
  });
}

function padded(part: Pixels, length: number): Pixels {
  const full = new (part.constructor as new (n: number) => Pixels)(length);
  full.set(part);
  return full;
}
