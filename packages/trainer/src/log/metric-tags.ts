/** Metrics under names that loggers group by what is measured: `loss/train` stands beside `loss/val`. */

/** trainLoss -> loss/train, valAccuracy -> accuracy/val; names without a split stay. */
export function metricTag(name: string): string {
  const match = /^(train|val|test)([A-Z].*)$/.exec(name);
  if (!match) return name;
  const [, split, what] = match as unknown as [string, string, string];
  return `${what.charAt(0).toLowerCase()}${what.slice(1)}/${split}`;
}
