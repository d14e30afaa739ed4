/** Runs models in ONNX Runtime, without any Saker code between the bytes and the result. */
import { InferenceSession, Tensor } from 'onnxruntime-node';

export interface Output {
  readonly dims: readonly number[];
  readonly data: Float32Array;
}

/** First output of a model for one float32 input. */
export async function runOnnx(
  bytes: Uint8Array,
  dims: readonly number[],
  data: Float32Array,
): Promise<Output> {
  const session = await InferenceSession.create(bytes, { logSeverityLevel: 3 });
  try {
    const results = await session.run({ [session.inputNames[0]!]: new Tensor('float32', data, [...dims]) });
    const output = results[session.outputNames[0]!]!;
    return { dims: output.dims, data: output.data as Float32Array };
  } finally {
    await session.release();
  }
}

/** Largest absolute difference over the largest absolute expected value. */
export function relativeError(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (actual.length !== expected.length) return Number.POSITIVE_INFINITY;
  let worst = 0;
  let scale = 0;
  for (let i = 0; i < expected.length; i++) {
    const difference = Math.abs(actual[i]! - expected[i]!);
    worst = Number.isNaN(difference) ? Number.POSITIVE_INFINITY : Math.max(worst, difference);
    scale = Math.max(scale, Math.abs(expected[i]!));
  }
  return worst / scale;
}

/** `count` numbers in -1 .. 1 that look random and are the same everywhere. */
export function ramp(count: number): Float32Array {
  return Float32Array.from({ length: count }, (_, i) => ((i * 7919) % 2003) / 1001.5 - 1);
}
