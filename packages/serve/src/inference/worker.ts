/**
 * The inference worker: one thread, one Predictor, one ONNX Runtime session. `run` of onnxruntime-node blocks its
 * thread, which is why it happens here and never on the thread that answers sockets.
 */
import { parentPort, workerData } from 'node:worker_threads';
import type { Pixels } from '@saker/core-native';
import { type Prediction, Predictor } from '@saker/evaluate/predictor';
import { SakerError } from '@saker/spec/light';
import { pictureBuffers } from './buffer-pool.js';
import { passGate } from './exit-gate.js';
import { lowerPriority } from './lower-priority.js';
import type {
  BatchItem,
  FromWorker,
  ModelInfo,
  PictureOutcome,
  ToWorker,
  WorkerInput,
  WorkerStart,
} from './messages.js';

/** One black pixel as PNG: the smallest picture that takes every step, so that the first request finds them warm. */
const WARM_UP_PNG =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAACXBIWXMAAAPoAAAD6AG1e1JrAAAADElEQVQI12NgYGAAAAAEAAEnNCcKAAAAAElFTkSuQmCC';

/** A first run that takes no longer needs no second to say how long the model takes; starting should be fast. */
const SHORT_MS = 50;

const port = parentPort;
if (port) {
  const send = (message: FromWorker, moved: readonly ArrayBuffer[] = []): void =>
    port.postMessage(message, moved);
  const start = workerData as WorkerStart;
  try {
    const { predictor, itemMs } = await passGate(start.gate, () => load(start));
    port.on('message', (message: ToWorker) => {
      if (message.type === 'close') {
        void predictor.close().finally(() => port.close());
        return;
      }
      if (message.type === 'crash') throw new Error('crashed by request');
      const { items } = message;
      void passGate(start.gate, () => predictBatch(predictor, items)).then((outcomes) => {
        const buffers = pictureBuffers(items);
        send({ type: 'outcomes', outcomes, buffers }, buffers);
      });
    });
    send({ type: 'ready', info: describe(predictor), itemMs });
  } catch (thrown) {
    send({ type: 'failed', error: SakerError.from(thrown).toJSON(), stack: stackOf(thrown) });
    port.close();
  }
}

async function load(start: WorkerStart): Promise<{ predictor: Predictor; itemMs: number }> {
  lowerPriority();
  const { file, hash, metadata, threads, maxPixels, maxDecodeMs } = start;
  // ONNX Runtime wants unshared memory; the copy lives only until the session is made.
  const bytes = new Uint8Array(new Uint8Array(start.model));
  const predictor = await Predictor.open(bytes, { file, hash, metadata, threads, maxPixels, maxDecodeMs });
  const warmUp = async (): Promise<number> => {
    const [first] = await predictor.predict([Buffer.from(WARM_UP_PNG, 'base64')], { topK: 1 });
    if (!first?.ok)
      throw first?.error ?? new SakerError('E_MODEL_RUN', { file: start.file, detail: 'no output' });
    return first.timings.inferenceMs;
  };
  const coldMs = await warmUp();
  return { predictor, itemMs: coldMs < SHORT_MS ? coldMs : await warmUp() };
}

function describe(predictor: Predictor): ModelInfo {
  const { metadata } = predictor;
  return {
    task: metadata.task,
    labels: predictor.labels,
    thresholds: metadata.thresholds,
    abstain: metadata.abstain,
    pipeline: metadata.pipelines.eval,
    pipelineHash: metadata.pipelineHashes.eval,
    input: predictor.inputShape,
    tensors: { ...predictor.tensorNames, outputKind: metadata.output },
    createdAt: metadata.provenance?.createdAt ?? null,
    sakerVersion: metadata.provenance?.sakerVersion ?? null,
  };
}

/** Pictures as one batch and tensor items as another; outcomes in the order of the items. */
async function predictBatch(predictor: Predictor, items: readonly BatchItem[]): Promise<PictureOutcome[]> {
  const outcomes = new Array<PictureOutcome>(items.length);
  const pictures: number[] = [];
  const tensors: number[] = [];
  for (const [i, { input }] of items.entries()) ('bytes' in input ? pictures : tensors).push(i);
  for (const group of [pictures, tensors]) {
    if (group.length === 0) continue;
    const members = group.map((i) => items[i] as BatchItem);
    for (const [at, outcome] of (await predictAlike(predictor, members)).entries())
      outcomes[group[at] as number] = outcome;
  }
  return outcomes;
}

async function predictAlike(predictor: Predictor, items: readonly BatchItem[]): Promise<PictureOutcome[]> {
  try {
    const topK = Math.max(...items.map((item) => item.topK));
    const predictions = await run(
      predictor,
      items.map(({ input }) => input),
      topK,
    );
    return items.map((item, i) => outcomeOf(predictor, item, predictions[i]));
  } catch (thrown) {
    // One item that the graph cannot take must not cost its neighbours.
    if (items.length === 1) return [refusal(thrown)];
    const alone: PictureOutcome[] = [];
    for (const item of items) alone.push(...(await predictAlike(predictor, [item])));
    return alone;
  }
}

function run(predictor: Predictor, inputs: readonly WorkerInput[], topK: number): Promise<Prediction[]> {
  const pictures = inputs.flatMap((input) => ('bytes' in input ? [input.bytes] : []));
  if (pictures.length > 0) return predictor.predict(pictures, { topK });
  const tensors = inputs.flatMap((input) => ('item' in input ? [input.item] : []));
  return predictor.predictTensor(joined(tensors), tensors.length, { topK });
}

/** Items one after the other in one array. */
function joined(items: readonly Pixels[]): Pixels {
  const [first, ...rest] = items;
  if (!first || rest.length === 0) return first as Pixels;
  const all = new (first.constructor as new (length: number) => Pixels)(first.length * items.length);
  for (const [i, item] of items.entries()) all.set(item, i * first.length);
  return all;
}

function outcomeOf(
  predictor: Predictor,
  item: BatchItem,
  prediction: Prediction | undefined,
): PictureOutcome {
  if (!prediction) return refusal(new Error('the predictor returned nothing'));
  if (!prediction.ok) return refusal(prediction.error);
  const { label, index, confidence, abstained, probabilities, scores } = prediction;
  const topK = prediction.topK.slice(0, item.topK);
  const { pixelsMs, inferenceMs } = prediction.timings;
  const timings = { preprocessMs: pixelsMs, inferenceMs };
  const many = predictor.metadata.task === 'multi-label' ? { labels: prediction.labels } : {};
  const common = { ok: true, label, index, confidence, abstained, ...many, topK, timings } as const;
  // A row of its own: cloning a view to the other thread would take the whole batch along.
  return item.probabilities ? { ...common, probabilities, scores: scores.slice() } : common;
}

function refusal(thrown: unknown): PictureOutcome {
  const error = SakerError.from(thrown);
  return { ok: false, error: error.toJSON(), stack: error.httpStatus >= 500 ? stackOf(thrown) : undefined };
}

function stackOf(thrown: unknown): string {
  return thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
}
