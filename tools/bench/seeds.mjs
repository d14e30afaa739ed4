// Figures of a run, and of runs with several seeds.
import { mean } from '../lib/statistics.mjs';

/** Best and last epoch, and the mean of the last quarter, which moves less with the luck of one epoch. */
export function summary(accuracies) {
  const tail = accuracies.slice(-Math.max(1, Math.ceil(accuracies.length / 4)));
  return { best: Math.max(...accuracies), last: accuracies.at(-1), tail: mean(tail) };
}

/** Means over seeds of both sides, their difference, and its standard error over the seeds. */
export function difference(ours, theirs) {
  const rows = {};
  for (const name of ['best', 'last', 'tail']) {
    const [a, b] = [ours, theirs].map((runs) => runs.map((run) => run[name]));
    const variance = (list) =>
      list.reduce((sum, v) => sum + (v - mean(list)) ** 2, 0) / (list.length - 1) / list.length;
    const error = Math.sqrt(variance(a) + variance(b));
    rows[name] = { ours: mean(a), theirs: mean(b), difference: mean(a) - mean(b), error };
  }
  return rows;
}
