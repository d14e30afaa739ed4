import type { ClassIndices } from './types.js';

/** Spacing of float32 at 1: probabilities come as float32, and scikit-learn clips by the spacing of their type. */
const EPSILON = 2 ** -23;

/**
 * Mean of -ln p(true class), in nats; scikit-learn's `log_loss` on float32 probabilities.
 * @param probabilities_NC row after row, N x numClasses, each row summing to 1. NaN for N = 0.
 */
export function logLoss(
  truth: ClassIndices,
  probabilities_NC: ArrayLike<number>,
  numClasses: number,
): number {
  let sum = 0;
  for (let i = 0; i < truth.length; i++) {
    const p = probabilities_NC[i * numClasses + (truth[i] as number)] as number;
    sum -= Math.log(Math.min(Math.max(p, EPSILON), 1 - EPSILON));
  }
  return sum / truth.length;
}
