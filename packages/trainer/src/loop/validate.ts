/**
 * Validation runs on the exported file in ONNX Runtime through the eval pipeline, never on the engine's own forward
 * pass: the accuracy that is reported is the accuracy of the very bytes that are shipped.
 */
import { Predictor, type SampleFailure } from '@saker/evaluate';
import type { PicturePlace } from '@saker/spec';
import { type TaskFigures, taskFigures } from '../task/metrics.js';

export interface ValidationSample extends PicturePlace {
  readonly label: number;
  /** Multi-label data: all of its labels. */
  readonly labels?: readonly number[];
}

/** Figures of the pictures that could be read; accuracy 0 when none could. */
export interface ValidationResult extends TaskFigures {
  /** Pictures that could not be read. */
  readonly failures: readonly SampleFailure[];
  /** Class probabilities of each sample, null where the picture could not be read. */
  readonly probabilities: readonly (Float32Array | null)[];
}

const NOTHING = { accuracy: 0, loss: Number.POSITIVE_INFINITY, metrics: {}, thresholds: null };

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
    const truth: (readonly number[])[] = [];
    const rows: Float32Array[] = [];
    samples.forEach(({ label, labels }, i) => {
      const row = probabilities[i];
      if (!row) return;
      truth.push(labels ?? [label]);
      rows.push(row);
    });
    if (rows.length === 0) return { ...NOTHING, failures, probabilities };
    return {
      ...taskFigures(predictor.metadata.task, truth, rows, predictor.labels.length),
      failures,
      probabilities,
    };
  } finally {
    await predictor.close();
  }
}
