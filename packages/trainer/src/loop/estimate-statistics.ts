import type { Tensors } from '@saker/core-native/autograd';
import type { RunCore } from './run-core.js';

/** `CallbackContext.estimateStatistics`. The pass is the one that the next epoch would make. */
export async function estimateStatistics(core: RunCore, weights: Tensors): Promise<Tensors> {
  const { parts, state, loaders } = core;
  const { trained, parameters } = parts;
  const own = await trained.readTensors();
  // Only normalisation layers that train measure their batches.
  const frozen = new Set(parameters.map((p) => p.name));
  for (const info of trained.parameters()) if (info.trainable) frozen.delete(info.name);
  await trained.writeTensors(weights);
  trained.setTrainable(
    parameters.map((p) => p.name),
    true,
  );
  try {
    let batches = 0;
    for await (const batch of loaders.at(state.epoch).epoch(state.epoch)) {
      try {
        if (batch.statuses.some((status) => status !== null)) continue;
        batches += 1;
        const more = { train: true, seed: parts.config.seed, step: state.globalStep + batches };
        await trained.forward(batch, undefined, { ...more, statisticsWeight: 1 / batches });
      } finally {
        batch.release();
      }
    }
    return await trained.readTensors();
  } finally {
    trained.setTrainable([...frozen], false);
    await trained.writeTensors(own);
  }
}
