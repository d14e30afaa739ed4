/** The simple baseline that every run is shown beside. */
import type { RunParts } from '../loop/run-parts.js';
import { type SimpleBaseline, simpleBaseline } from './simple-baseline.js';

/**
 * The baseline of a run; null where the configuration leaves it out, and of further ranks.
 * @throws SakerError E_MODEL_RUN.
 */
export async function runBaseline(parts: RunParts): Promise<SimpleBaseline | null> {
  const { config, data, prepared, pipelines } = parts;
  if (!config.baseline || parts.rank > 0 || data.val.length === 0) return null;
  const pretrained = prepared.base.sha256 !== null;
  return simpleBaseline({
    data,
    backbone: pretrained ? { model: prepared.model, pipeline: pipelines.eval } : null,
    seed: config.seed,
    threads: config.threads,
  });
}
