import type { Task } from './model-metadata.js';

/** Logits that a graph of this task gives for so many labels. */
export function outputWidth(task: Task, labels: number): number {
  return task === 'binary' ? 1 : labels;
}
