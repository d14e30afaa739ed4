/** Triton's classification extension: the best classes of an output as "value:index:label". */

/** Digits that tell any two float32 numbers apart. */
const DIGITS = 9;

/**
 * The `count` greatest of `scores_C` as text, greatest first, the lower index first among equals.
 * @param labels_C without line breaks or colons it reads back; the label is the last part, so colons in it do no harm.
 */
export function classify(
  scores_C: Float32Array,
  labels_C: readonly string[],
  count: number,
): readonly Uint8Array[] {
  const order = Array.from(scores_C.keys()).sort(
    (a, b) => (scores_C[b] as number) - (scores_C[a] as number) || a - b,
  );
  return order.slice(0, count).map((index) => {
    const value = Number((scores_C[index] as number).toPrecision(DIGITS));
    return Buffer.from(`${value}:${index}:${labels_C[index]}`);
  });
}
