/** What the tests of reports draw: a run of six epochs and its figures. */
import type { EvaluationResult, ReportInput } from '@saker/evaluate';
import { evalPipeline, makeModelMetadata, SakerError, trainPipeline } from '@saker/spec';

/** Figures of n classes with ten pictures each; each class has one taken for the next, the first of them in `photo`. */
function evaluationOf(labels: readonly string[], photo: string): EvaluationResult {
  const n = labels.length;
  const confusion = labels.map((_, r) => labels.map((_, c) => (r === c ? 9 : c === (r + 1) % n ? 1 : 0)));
  const perClass = labels.map((label, i) => ({
    label,
    precision: 0.9,
    recall: 0.9,
    f1: 0.5 + (0.4 * ((i * 7) % n)) / n,
    support: 10,
    predicted: 10,
  }));
  const mistakes = labels.map((truth, i) => ({
    path: i === 0 ? photo : 'gone.jpg',
    name: `${truth}/${i}.jpg`,
    truth,
    predicted: labels[(i + 1) % n] as string,
    confidence: 0.9 - i / (2 * n),
    trueConfidence: 0.05,
  }));
  return {
    labels,
    accuracy: 0.9,
    topK: { k: Math.min(5, n), accuracy: 1 },
    macroF1: 0.9,
    weightedF1: 0.9,
    logLoss: 0.3,
    confusion,
    perClass,
    samples: 10 * n,
    failures: [
      {
        index: 3,
        path: `${labels[0]}.jpg`,
        error: new SakerError('E_IMAGE_TRUNCATED', { file: labels[0], detail: 'no end of image' }),
      },
    ],
    mistakes,
    seconds: 2,
    imagesPerSecond: 5 * n,
  };
}

export function inputOf(
  labels: readonly string[],
  more: Partial<ReportInput> = {},
  photo = 'no-photo.jpg',
): ReportInput {
  const history = Array.from({ length: 6 }, (_, i) => ({
    epoch: i + 1,
    phase: i < 2 ? 'head' : 'all',
    lr: 0.01 / (i + 1),
    trainLoss: 1 / (i + 1),
    trainAccuracy: 0.5 + i / 12,
    valLoss: 1.2 / (i + 1),
    valAccuracy: 0.5 + i / 15,
  }));
  const metadata = makeModelMetadata({
    labels,
    eval: evalPipeline({ size: 224 }),
    train: trainPipeline({ size: 224, colorJitter: [0.1, 0.1, 0.1, 0] }),
    history,
    provenance: {
      createdAt: '2026-01-02T03:04:05.000Z',
      sakerVersion: '0.1.0',
      dataHash: 'sha256:aa',
      samples: { train: 80, val: 20 },
      config: { model: labels[0], epochs: 6 },
      metrics: { bestValAccuracy: 0.875 },
      base: { name: 'resnet18', sha256: null },
      seed: 3,
    },
  });
  return {
    evaluation: evaluationOf(labels, photo),
    metadata,
    model: { name: 'model.onnx', hash: 'sha256:bb' },
    data: { path: 'photos', split: 'val', hash: 'sha256:aa' },
    createdAt: new Date('2026-02-03T04:05:06Z'),
    ...more,
  };
}
