/** Position embeddings of another grid: timm's resample_abs_pos_embed, bicubic with antialiasing. */
import type { TensorValues } from '../put-tensors.js';

/** Keys' cubic of a = -0.5, as torch's antialiased bicubic (and Pillow's). */
function cubic(x: number): number {
  const t = Math.abs(x);
  if (t < 1) return (1.5 * t - 2.5) * t * t + 1;
  return t < 2 ? ((-0.5 * t + 2.5) * t - 4) * t + 2 : 0;
}

/** Row `i` of the weights with which `from` samples make `to`: the filter widens when it shrinks. */
function taps(from: number, to: number): { first: number; weights: number[] }[] {
  const scale = from / to;
  const stretch = Math.max(1, scale);
  return Array.from({ length: to }, (_, i) => {
    const center = scale * (i + 0.5);
    const first = Math.max(0, Math.trunc(center - 2 * stretch + 0.5));
    const end = Math.min(from, Math.trunc(center + 2 * stretch + 0.5));
    const raw = Array.from({ length: end - first }, (_, j) => cubic((first + j - center + 0.5) / stretch));
    const sum = raw.reduce((a, b) => a + b, 0);
    return { first, weights: raw.map((weight) => weight / sum) };
  });
}

/** One axis of [outer, from, inner] to [outer, to, inner]. */
function resample(data: Float64Array, outer: number, from: number, to: number, inner: number): Float64Array {
  const out = new Float64Array(outer * to * inner);
  taps(from, to).forEach(({ first, weights }, i) => {
    for (let o = 0; o < outer; o++)
      weights.forEach((weight, j) => {
        const source = (o * from + first + j) * inner;
        const target = (o * to + i) * inner;
        for (let c = 0; c < inner; c++) out[target + c]! += weight * data[source + c]!;
      });
  });
  return out;
}

/**
 * A position embedding [1, 1 + g^2, width] for a grid of another side, [1, tokens, width]; the class token's row is kept.
 * Null when either count is not one more than a square.
 */
export function resamplePositions({ dims, data }: TensorValues, tokens: number): TensorValues | null {
  const [one, rows = 0, width = 0] = dims;
  const [from, to] = [Math.sqrt(rows - 1), Math.sqrt(tokens - 1)];
  if (dims.length !== 3 || one !== 1 || !Number.isInteger(from) || !Number.isInteger(to) || from < 1)
    return null;
  const grid = Float64Array.from(data.subarray(width));
  const columns = resample(grid, from, from, to, width);
  const both = resample(columns, 1, from, to, to * width);
  const out = new Float32Array(tokens * width);
  out.set(data.subarray(0, width));
  out.set(Float32Array.from(both), width);
  return { dims: [1, tokens, width], data: out };
}
