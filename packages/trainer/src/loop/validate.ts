/**
 * Validation runs on the exported file in ONNX Runtime through the eval pipeline, never on the engine's own forward
 * pass: the accuracy that is reported is the accuracy of the very bytes that are shipped.
 */
import { Predictor, type SampleFailure } from '@saker/evaluate';

export interface ValidationSample {
  readonly path: string;
  readonly label: number;
}

export interface ValidationResult {
  readonly accuracy: number;
  /** Mean negative log likelihood of the true class. */
  readonly loss: number;
  readonly count: number;
  /** Pictures that could not be read. */
  readonly failures: readonly SampleFailure[];
  /** Class probabilities of each sample, null where the picture could not be read. */
  readonly probabilities: readonly (Float32Array | null)[];
}

/** Probabilities below this are clamped before the logarithm, as scikit-learn's log_loss does with float32 eps. */
const EPSILON = 1.1920929e-7;

/** Evaluates an .onnx file, given as bytes, on labelled pictures. */
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
    let correct = 0;
    let loss = 0;
    let count = 0;
    samples.forEach(({ label }, i) => {
      const p = probabilities[i];
      if (!p) return;
      count += 1;
      loss -= Math.log(Math.max(EPSILON, p[label] as number));
      if (argmax(p) === label) correct += 1;
    });
    return {
      accuracy: correct / Math.max(1, count),
      loss: loss / Math.max(1, count),
      count,
      failures,
      probabilities,
    };
  } finally {
    await predictor.close();
  }
}

function argmax(values: Float32Array): number {
  let best = 0;
  for (let i = 1; i < values.length; i++) if ((values[i] as number) > (values[best] as number)) best = i;
  return best;
}
