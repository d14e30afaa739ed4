/**
 * Validation runs on the exported file in ONNX Runtime through the eval pipeline, never on the engine's own forward
 * pass: the accuracy that is reported is the accuracy of the very bytes that are shipped.
 */
import { accuracy, argMax, logLoss, Predictor, type SampleFailure } from '@saker/evaluate';
import type { PicturePlace } from '@saker/spec';

export interface ValidationSample extends PicturePlace {
  readonly label: number;
}

export interface ValidationResult {
  /** Share of right answers among the pictures that could be read; 0 when none could. */
  readonly accuracy: number;
  /** Mean negative log likelihood of the true class, in nats. */
  readonly loss: number;
  /** Pictures that could not be read. */
  readonly failures: readonly SampleFailure[];
  /** Class probabilities of each sample, null where the picture could not be read. */
  readonly probabilities: readonly (Float32Array | null)[];
}

/** Evaluates an .onnx file, given as bytes, on labelled pictures. @throws SakerError as `Predictor` does. */
export async function validate(
  model: Uint8Array,
  samples: readonly ValidationSample[],
  options: {
    readonly batchSize: number;
    readonly threads: number;
    readonly onProgress?: (done: number, total: number) => void;
  },
): Promise<ValidationResult> {
  const predictor = await Predictor.load(model, { threads: options.threads });
  try {
    const { probabilities, failures } = await predictor.predictSamples([...samples], options);
    const read = samples.flatMap(({ label }, i) => {
      const p = probabilities[i];
      return p ? [{ label, p }] : [];
    });
    if (read.length === 0) return { accuracy: 0, loss: Number.POSITIVE_INFINITY, failures, probabilities };
    const truth = read.map(({ label }) => label);
    const numClasses = predictor.labels.length;
    const flat = new Float32Array(read.length * numClasses);
    read.forEach(({ p }, i) => {
      flat.set(p, i * numClasses);
    });
    return {
      accuracy: accuracy(
        truth,
        read.map(({ p }) => argMax(p)),
      ),
      loss: logLoss(truth, flat, numClasses),
      failures,
      probabilities,
    };
  } finally {
    await predictor.close();
  }
}
