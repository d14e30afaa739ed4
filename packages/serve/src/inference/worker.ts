/**
 * The inference worker: one thread, one Predictor, one ONNX Runtime session. `run` of onnxruntime-node blocks its
 * thread, which is why it happens here and never on the thread that answers sockets.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { Predictor } from '@saker/evaluate/predictor';
import { SakerError } from '@saker/spec';
import { passGate } from './exit-gate.js';
import type { FromWorker, ModelInfo, PictureOutcome, ToWorker, WorkerStart } from './messages.js';

/** One black pixel as PNG: the smallest picture that takes every step, so that the first request finds them warm. */
const WARM_UP_PNG =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAACXBIWXMAAAPoAAAD6AG1e1JrAAAADElEQVQI12NgYGAAAAAEAAEnNCcKAAAAAElFTkSuQmCC';

const port = parentPort;
if (port) {
  const send = (message: FromWorker): void => port.postMessage(message);
  const start = workerData as WorkerStart;
  try {
    const predictor = await passGate(start.gate, () => load(start));
    port.on('message', (message: ToWorker) => {
      if (message.type === 'close') {
        void predictor.close().finally(() => port.close());
        return;
      }
      if (message.type === 'crash') throw new Error('crashed by request');
      void passGate(start.gate, () => predictOne(predictor, message)).then((outcome) =>
        send({ type: 'outcome', outcome }),
      );
    });
    send({ type: 'ready', info: describe(predictor) });
  } catch (thrown) {
    send({ type: 'failed', error: SakerError.from(thrown).toJSON(), stack: stackOf(thrown) });
    port.close();
  }
}

async function load(start: WorkerStart): Promise<Predictor> {
  // ONNX Runtime and protobuf want unshared memory; the copy lives only until the session is made.
  const bytes = new Uint8Array(new Uint8Array(start.model));
  const predictor = await Predictor.load(bytes, {
    threads: start.threads,
    metadata: start.metadata,
    maxPixels: start.maxPixels,
  });
  const [first] = await predictor.predict([Buffer.from(WARM_UP_PNG, 'base64')], { topK: 1 });
  if (!first?.ok)
    throw first?.error ?? new SakerError('E_MODEL_RUN', { file: start.file, detail: 'no output' });
  return predictor;
}

function describe(predictor: Predictor): ModelInfo {
  const { metadata } = predictor;
  return {
    task: metadata.task,
    labels: predictor.labels,
    thresholds: metadata.thresholds,
    pipeline: metadata.pipelines.eval,
    pipelineHash: metadata.pipelineHashes.eval,
    input: predictor.inputShape,
    tensors: { ...predictor.tensorNames, outputKind: metadata.output },
    createdAt: metadata.provenance?.createdAt ?? null,
    sakerVersion: metadata.provenance?.sakerVersion ?? null,
  };
}

async function predictOne(
  predictor: Predictor,
  message: Extract<ToWorker, { type: 'predict' }>,
): Promise<PictureOutcome> {
  try {
    const { input, topK: k } = message;
    const [prediction] =
      'bytes' in input
        ? await predictor.predict([input.bytes], { topK: k })
        : await predictor.predictTensor(input.item, 1, { topK: k });
    if (!prediction) throw new Error('the predictor returned nothing');
    if (!prediction.ok) return refusal(prediction.error);
    const { label, index, confidence, topK, probabilities, scores } = prediction;
    const { pixelsMs, inferenceMs } = prediction.timings;
    const timings = { preprocessMs: pixelsMs, inferenceMs };
    const many = predictor.metadata.task === 'multi-label' ? { labels: prediction.labels } : {};
    const common = { ok: true, label, index, confidence, ...many, topK, timings } as const;
    return message.probabilities ? { ...common, probabilities, scores } : common;
  } catch (thrown) {
    return refusal(thrown);
  }
}

function refusal(thrown: unknown): PictureOutcome {
  const error = SakerError.from(thrown);
  return { ok: false, error: error.toJSON(), stack: error.httpStatus >= 500 ? stackOf(thrown) : undefined };
}

function stackOf(thrown: unknown): string {
  return thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
}
