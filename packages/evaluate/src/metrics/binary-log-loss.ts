/** Spacing of float32 at 1, by which scikit-learn clips probabilities of that type. */
const EPSILON = 2 ** -23;

/**
 * Mean of -ln p of what is the case, over all pictures and classes, in nats: the binary cross-entropy of PyTorch, and
 * scikit-learn's `log_loss` of each class averaged over the classes.
 * @param truth_NC 1 where a class is there. @param probabilities_NC of each class being there. NaN for none.
 */
export function binaryLogLoss(truth_NC: ArrayLike<number>, probabilities_NC: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < truth_NC.length; i++) {
    const p = Math.min(Math.max(probabilities_NC[i] as number, EPSILON), 1 - EPSILON);
    sum -= Math.log(truth_NC[i] === 1 ? p : 1 - p);
  }
  return sum / truth_NC.length;
}
