/** The simple baseline that every single-label run is shown beside. */
import type { RunParts } from '../loop/run-parts.js';
import { type SimpleBaseline, simpleBaseline } from './simple-baseline.js';

/**
 * The baseline of a run; null where the configuration leaves it out and for tasks without one class a picture.
 * @throws SakerError E_MODEL_RUN.
 */
export async function runBaseline(parts: RunParts): Promise<SimpleBaseline | null> {
  const { config, data, prepared, pipelines } = parts;
  if (!config.baseline || config.task === 'multi' || parts.rank > 0 || data.val.length === 0) return null;
  const pretrained = prepared.base.sha256 !== null;
  return simpleBaseline({
    data,
    backbone: pretrained ? { model: prepared.model, pipeline: pipelines.eval } : null,
    seed: config.seed,
    threads: config.threads,
  });
}
