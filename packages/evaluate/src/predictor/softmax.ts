/**
 * Softmax of one row in float64, rounded once to what holds the result: exp(x - max) / sum. Independent of what else is in a batch.
 * @param probabilities_C the result, length C. @param logits_C length C.
 */
export function softmaxInto(probabilities_C: Float32Array | Float64Array, logits_C: ArrayLike<number>): void {
  let max = Number.NEGATIVE_INFINITY;
  for (let c = 0; c < logits_C.length; c++) max = Math.max(max, logits_C[c] as number);
  const powers = new Float64Array(logits_C.length);
  let sum = 0;
  for (let c = 0; c < powers.length; c++) {
    const power = Math.exp((logits_C[c] as number) - max);
    powers[c] = power;
    sum += power;
  }
  for (let c = 0; c < powers.length; c++) probabilities_C[c] = (powers[c] as number) / sum;
}

/** Softmax of one row of logits: probabilities 0..1, float32, computed in float64. */
export function softmax(logits_C: ArrayLike<number>): Float32Array {
  const probabilities = new Float32Array(logits_C.length);
  softmaxInto(probabilities, logits_C);
  return probabilities;
}
