/** 97.5 % point of the standard normal distribution: a two-sided interval of 95 %. */
const Z = 1.959963984540054;

/**
 * 95 % confidence interval of a share, by Wilson's score method (Wilson 1927, JASA 22:209); sound for small counts and
 * for shares of 0 and 1. @param share 0..1, of `count` independent trials. [0, 1] for no trials.
 */
export function wilsonInterval(share: number, count: number): [number, number] {
  if (count === 0) return [0, 1];
  const z2 = (Z * Z) / count;
  const centre = (share + z2 / 2) / (1 + z2);
  const half = (Z / (1 + z2)) * Math.sqrt((share * (1 - share)) / count + z2 / (4 * count));
  return [Math.max(0, centre - half), Math.min(1, centre + half)];
}
