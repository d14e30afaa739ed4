import type { ImageInput, Pixels } from '@saker/core-native';
import { Pipeline } from '@saker/core-native/pipeline';
import {
  type ModelMetadata,
  type PicturePlace,
  SakerError,
  type TestTimeAugmentation,
} from '@saker/spec/light';
import { type Decision, decisionOf } from './decision.js';
import type {
  Prediction,
  PredictOptions,
  PredictSamplesOptions,
  PredictTimings,
  SamplePredictions,
} from './prediction.js';
import { Session } from './session.js';
import { guessesOf, topK } from './top-k.js';

export interface PredictorOptions {
  /** Threads for ONNX Runtime, and for decoding in `predict`; default: one for each core. */
  readonly threads?: number;
  /** Used instead of the file's own metadata; needed for files without any. */
  readonly metadata?: ModelMetadata;
  /** Pictures with more pixels are refused by their header; default 89,478,485. */
  readonly maxPixels?: number;
  /** Pictures whose decoding takes more processor time are refused; milliseconds, default 30,000. */
  readonly maxDecodeMs?: number;
  /** Classify several views of each picture and average their probabilities; default: the eval pipeline's one. */
  readonly tta?: TestTimeAugmentation;
}

const DEFAULT_TOP_K = 5;

const ARRAYS = { f32: Float32Array, u8: Uint8Array, f16: Uint16Array, bf16: Uint16Array } as const;

/** The mean, in float64, of the probabilities of each row. */
function meanOfRows(mean_C: Float32Array, rows_VW: Float32Array, { width, toProbabilities }: Decision): void {
  const classes = mean_C.length;
  const sum = new Float64Array(classes);
  for (let from = 0; from < rows_VW.length; from += width) {
    toProbabilities(mean_C, rows_VW.subarray(from, from + width));
    for (let c = 0; c < classes; c++) sum[c] = (sum[c] as number) + (mean_C[c] as number);
  }
  for (let c = 0; c < classes; c++) mean_C[c] = ((sum[c] as number) * width) / rows_VW.length;
}

/** `modelHash`, with the libraries behind it loaded when it is asked for. */
async function hashOf(model: string | Uint8Array): Promise<string> {
  return (await import('./model-hash.js')).modelHash(model);
}

function checkedTopK(options: PredictOptions): number {
  const k = options.topK ?? DEFAULT_TOP_K;
  if (Number.isInteger(k) && k >= 1) return k;
  throw new SakerError('E_ARG_INVALID', { name: 'topK', expected: 'a whole number from 1', received: k });
}

/** Bytes are not kept, only their hash: the session has its own copy. */
type ModelSource = { readonly file: string } | { readonly hash: string };

/** What is known of a model that `Predictor.open` gets. */
export interface CheckedModel extends Omit<PredictorOptions, 'tta' | 'metadata'> {
  /** Names it in errors. */
  readonly file: string;
  /** `sha256:<hex>` of its bytes. */
  readonly hash: string;
  /** As `readMetadata` or `makeModelMetadata` gave it; it is not checked again. */
  readonly metadata: ModelMetadata;
}

interface Opening {
  readonly metadata: ModelMetadata;
  readonly pipeline: Pipeline;
  readonly threads: number | undefined;
}

/**
 * The one inference path of Saker: the trainer's validation, `saker evaluate`, `saker predict` and the server's workers
 * all come through here, so that they give the same probabilities.
 *
 * The eval pipeline writes straight into the memory that ONNX Runtime reads. Softmax or sigmoid is computed outside the graph in
 * float64. Several predictors may live in one process and in worker threads. `predict` may be called again before an
 * earlier call has ended; ONNX Runtime then computes one after the other, and holds the JavaScript thread meanwhile.
 */
export class Predictor {
  readonly labels: readonly string[];
  /** What the graph takes for one picture. */
  readonly inputShape: Pipeline['outputShape'];
  private closed = false;
  /** One input buffer kept for the next call; a call takes it away while it runs. */
  private spare: Pixels | null = null;

  private constructor(
    private readonly model: ModelSource,
    readonly metadata: ModelMetadata,
    private readonly pipeline: Pipeline,
    private readonly session: Session,
    private readonly decision: Decision,
    private readonly threads: number | undefined,
  ) {
    this.labels = metadata.labels;
    this.inputShape = pipeline.outputShape;
  }

  /**
   * Opens a model from a path or from its bytes (which must not change afterwards).
   * @throws SakerError E_FILE_NOT_FOUND, E_FILE_READ, E_MODEL_NOT_ONNX, E_MODEL_NO_METADATA, E_MODEL_METADATA (also
   * when labels and output width differ), E_MODEL_SHAPE, E_MODEL_RUN, E_PIPELINE_HASH, E_PIPELINE_UNSUPPORTED (also
   * when the eval pipeline does not go with `tta`).
   */
  static async load(model: string | Uint8Array, options: PredictorOptions = {}): Promise<Predictor> {
    // Loaded here, so that whoever opens a checked model does without them.
    const { compilePipeline } = await import('@saker/core-native');
    const { readMetadata, readModel } = await import('@saker/graph');
    const { withViews } = await import('@saker/spec');
    const graph = readModel(model);
    const metadata = options.metadata ?? readMetadata(graph);
    const { file } = graph;
    if (!metadata) throw new SakerError('E_MODEL_NO_METADATA', { file });
    const { maxPixels, maxDecodeMs, threads, tta } = options;
    const own = metadata.pipelines.eval;
    const spec = tta === undefined ? own : withViews(own, tta);
    const pipeline = compilePipeline(spec, { maxPixels, maxDecodeMs });
    const source = typeof model === 'string' ? { file: model } : { hash: await hashOf(model) };
    return Predictor.#open(model, file, source, { metadata, pipeline, threads });
  }

  /**
   * Opens a model whose metadata has been read and checked already, as other threads of one process do: neither the
   * graph nor the metadata is parsed again. The graph is looked into only to say what is wrong with it.
   * @throws SakerError as `load`.
   */
  static async open(bytes: Uint8Array, options: CheckedModel): Promise<Predictor> {
    const { file, hash, metadata, threads, maxPixels, maxDecodeMs } = options;
    const { pipelines, pipelineHashes } = metadata;
    const pipeline = new Pipeline(pipelines.eval, pipelineHashes.eval, { maxPixels, maxDecodeMs });
    try {
      return await Predictor.#open(bytes, file, { hash }, { metadata, pipeline, threads });
    } catch (thrown) {
      if (SakerError.from(thrown).code === 'E_MODEL_RUN') (await import('@saker/graph')).readModel(bytes);
      throw thrown;
    }
  }

  static async #open(
    model: string | Uint8Array,
    file: string,
    source: ModelSource,
    { metadata, pipeline, threads }: Opening,
  ): Promise<Predictor> {
    const { channels, height, width, layout, dtype } = pipeline.outputShape;
    const itemDims = layout === 'NCHW' ? [channels, height, width] : [height, width, channels];
    const decision = decisionOf(metadata);
    const contract = { file, dtype, itemDims, numClasses: decision.width };
    const session = await Session.open(model, contract, threads);
    return new Predictor(source, metadata, pipeline, session, decision, threads);
  }

  /**
   * Classifies pictures given as paths, as parts of files or as bytes, as one batch. A bad picture fails alone.
   * @throws SakerError E_CLOSED, E_MODEL_RUN, E_ARG_INVALID.
   */
  async predict(inputs: readonly ImageInput[], options: PredictOptions = {}): Promise<Prediction[]> {
    this.checkOpen();
    const k = checkedTopK(options);
    // A picture by itself has a length too: its bytes would be taken for pictures.
    if (!Array.isArray(inputs)) {
      const received = Object(inputs).constructor.name;
      throw new SakerError('E_ARG_INVALID', { name: 'inputs', expected: 'a list of pictures', received });
    }
    if (inputs.length === 0) return [];
    const started = performance.now();
    const { buffer, out } = this.takeBuffer(inputs.length);
    const { statuses } = await this.pipeline.runBatch([...inputs], { out, threads: this.threads });
    const pixelsMs = performance.now() - started;
    const allFailed = statuses.every((status) => status !== null);
    const views = this.inputShape.views ?? 1;
    const scores = allFailed ? new Float32Array() : await this.session.run(out, inputs.length * views);
    this.spare = buffer;
    const totalMs = performance.now() - started;
    return this.judge(statuses, scores, k, { pixelsMs, inferenceMs: totalMs - pixelsMs, totalMs });
  }

  /**
   * Classifies what the pipeline would have made: `count` items of the graph's input, one after the other, in its dtype
   * and layout (`inputShape`). Views of test-time augmentation are the caller's to average.
   * @throws SakerError E_CLOSED, E_MODEL_RUN, E_ARG_INVALID when the numbers are not `count` items of that dtype.
   */
  async predictTensor(data: Pixels, count: number, options: PredictOptions = {}): Promise<Prediction[]> {
    this.checkOpen();
    const k = checkedTopK(options);
    const { channels, height, width, dtype } = this.inputShape;
    const length = count * channels * height * width;
    if (!(data instanceof ARRAYS[dtype]) || data.length !== length)
      throw new SakerError('E_ARG_INVALID', {
        name: 'data',
        expected: `${length} numbers of ${dtype}`,
        received: `${data.length} of ${data.constructor.name}`,
      });
    if (count === 0) return [];
    const started = performance.now();
    const scores = await this.session.run(data, count);
    const totalMs = performance.now() - started;
    return this.judge(new Array<null>(count).fill(null), scores, k, {
      pixelsMs: 0,
      inferenceMs: totalMs,
      totalMs,
    });
  }

  /**
   * Classifies many files, decoding ahead of ONNX Runtime. Results are in the order given, whatever the thread count.
   * @throws SakerError E_CLOSED, E_MODEL_RUN.
   */
  async predictSamples(
    samples: readonly PicturePlace[],
    options: PredictSamplesOptions = {},
  ): Promise<SamplePredictions> {
    this.checkOpen();
    const { predictSamples } = await import('./predict-samples.js');
    const { pipeline, session, labels, decision } = this;
    const views = this.inputShape.views ?? 1;
    const toProbabilities = this.toProbabilities.bind(this);
    const sizes = { classes: labels.length, width: decision.width, views };
    return predictSamples(pipeline, session, toProbabilities, sizes, samples, options);
  }

  /**
   * `sha256:<hex>` of the model's bytes.
   * @throws SakerError E_FILE_READ when the file is gone.
   */
  async hash(): Promise<string> {
    return 'hash' in this.model ? this.model.hash : hashOf(this.model.file);
  }

  /** Names of the graph's input and of the output that holds the class scores. */
  get tensorNames(): { readonly input: string; readonly output: string } {
    return this.session.tensorNames;
  }

  /** Path of the model; null when it was given as bytes. */
  get file(): string | null {
    return 'file' in this.model ? this.model.file : null;
  }

  /** Frees the session. Calls after it throw E_CLOSED; closing twice is harmless. */
  async close(): Promise<void> {
    this.closed = true;
    this.spare = null;
    await this.session.close();
  }

  private checkOpen(): void {
    if (this.closed) throw new SakerError('E_CLOSED', { what: 'The predictor' });
  }

  /** From scores to predictions; an item with an error has no scores that count. */
  private judge(
    errors: readonly (SakerError | null)[],
    scores: Float32Array,
    k: number,
    timings: PredictTimings,
  ): Prediction[] {
    const width = scores.length / errors.length;
    return errors.map((error, i) => {
      try {
        if (error) return { ok: false, error };
        const probabilities = new Float32Array(this.labels.length);
        const own = scores.subarray(i * width, (i + 1) * width);
        this.toProbabilities(probabilities, own);
        const told = guessesOf(probabilities, this.labels, this.decision.decide(probabilities));
        const best = topK(probabilities, this.labels, k);
        // A binary model's threshold may tell the less probable class.
        const index = (this.metadata.task === 'binary' ? told[0] : best[0])?.index as number;
        const abstained = this.metadata.task === 'single-label' && told.length === 0;
        return {
          ok: true,
          probabilities,
          scores: this.decision.columns(own),
          index: abstained ? null : index,
          label: abstained ? null : (this.labels[index] as string),
          confidence: probabilities[index] as number,
          abstained,
          labels: told,
          topK: best,
          timings,
        };
      } catch (thrown) {
        return { ok: false, error: SakerError.from(thrown) };
      }
    });
  }

  private takeBuffer(count: number): { buffer: Pixels; out: Pixels } {
    const { channels, height, width, dtype, views = 1 } = this.inputShape;
    const length = count * views * channels * height * width;
    let buffer = this.spare;
    this.spare = null;
    if (!buffer || buffer.length < length) buffer = new ARRAYS[dtype](length);
    return { buffer, out: buffer.subarray(0, length) };
  }

  /** `scores_VW`: the scores of each view of one picture; the probabilities are the mean over the views. */
  private toProbabilities(probabilities_C: Float32Array, scores_VW: Float32Array): void {
    if (scores_VW.length === this.decision.width) this.decision.toProbabilities(probabilities_C, scores_VW);
    else meanOfRows(probabilities_C, scores_VW, this.decision);
    if (!probabilities_C.every(Number.isFinite))
      throw new SakerError('E_MODEL_RUN', {
        file: this.file ?? 'The model',
        detail: 'its output for this picture is not a number',
      });
  }
}
