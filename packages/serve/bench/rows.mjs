/** Rows of figures over the rounds of a benchmark. */

/** Per column: the median over rounds, with the least and the greatest. */
export function spread(all) {
  return Object.fromEntries(
    Object.keys(all[0]).map((key) => {
      const sorted = all.map((row) => row[key]).sort((a, b) => a - b);
      const middle = sorted.length >> 1;
      const median = sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
      return [key, { median, min: sorted[0], max: sorted.at(-1) }];
    }),
  );
}

/** Prints rows of `spread` under their names. */
export function printRows(rows) {
  for (const [name, row] of Object.entries(rows)) {
    console.log(name);
    for (const [key, { median, min, max }] of Object.entries(row))
      console.log(
        `  ${key.padEnd(18)} ${median.toFixed(2).padStart(9)}   (${min.toFixed(2)} to ${max.toFixed(2)})`,
      );
  }
}
