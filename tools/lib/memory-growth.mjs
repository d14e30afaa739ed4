// Whether memory grew over a long run.
import { median } from './statistics.mjs';

/** Compares the median of the last tenth of `samples` (bytes, in order of time) with that of the first. */
export function memoryGrowth(samples, allowed) {
  const tenth = Math.max(1, Math.floor(samples.length / 10));
  const before = median(samples.slice(0, tenth));
  const after = median(samples.slice(-tenth));
  const growth = after / before - 1;
  return { before, after, growth, passed: growth <= allowed };
}
