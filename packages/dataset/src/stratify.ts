/**
 * Iterative stratification of multi-label data (Sechidis, Tsoumakas and Vlahavas, On the Stratification of Multi-Label
 * Data, ECML PKDD 2011): the label with the fewest pictures left is shared out first, each picture going to the part that
 * lacks that label most, then to the one that lacks pictures most.
 */

/** Index of the greatest value; of equals the first. `tie` decides between equals first. */
function neediest(wanted: readonly number[], tie: readonly number[]): number {
  let best = 0;
  for (let part = 1; part < wanted.length; part++) {
    const more = (wanted[part] as number) - (wanted[best] as number);
    if (more > 0 || (more === 0 && (tie[part] as number) > (tie[best] as number))) best = part;
  }
  return best;
}

/**
 * The part of each item.
 * @param labels the labels of each item, 0..numLabels-1, in the order in which items are to be taken.
 * @param shares of the parts, summing to 1. Of equally needy parts the first gets the item.
 */
export function iterativeStratification(
  labels: readonly (readonly number[])[],
  numLabels: number,
  shares: readonly number[],
): Int32Array {
  const parts = new Int32Array(labels.length).fill(-1);
  const holders: number[][] = Array.from({ length: numLabels }, () => []);
  labels.forEach((own, item) => {
    for (const label of own) holders[label]?.push(item);
  });
  const left = holders.map((items) => items.length);
  const wanted = shares.map((share) => share * labels.length);
  const wantedOf = left.map((count) => shares.map((share) => share * count));
  const give = (item: number, part: number): void => {
    parts[item] = part;
    wanted[part] = (wanted[part] as number) - 1;
    for (const label of labels[item] ?? []) {
      const own = wantedOf[label] as number[];
      own[part] = (own[part] as number) - 1;
      left[label] = (left[label] as number) - 1;
    }
  };
  for (;;) {
    let rarest = -1;
    left.forEach((count, label) => {
      if (count > 0 && (rarest < 0 || count < (left[rarest] as number))) rarest = label;
    });
    if (rarest < 0) break;
    for (const item of holders[rarest] as number[])
      if (parts[item] === -1) give(item, neediest(wantedOf[rarest] as number[], wanted));
  }
  parts.forEach((part, item) => {
    if (part === -1) give(item, neediest(wanted, wanted));
  });
  return parts;
}
