/** RunConfig: everything that decides a training run besides the data and the code. */
import { z } from 'zod';
import { SakerError } from '../errors/saker-error.js';
import { averagingFields } from './fields/averaging.js';
import { baselineFields } from './fields/baseline.js';
import { checkpointFields } from './fields/checkpoint.js';
import { dataFields } from './fields/data.js';
import { distillationFields } from './fields/distillation.js';
import { distributedFields } from './fields/distributed.js';
import { engineFields } from './fields/engine.js';
import { loggingFields } from './fields/logging.js';
import { mixingFields } from './fields/mixing.js';
import { modelFields } from './fields/model.js';
import { optimizationFields } from './fields/optimization.js';
import { pixelFields } from './fields/pixels.js';
import { progressFields } from './fields/progress.js';
import { runFields } from './fields/run.js';
import { scheduleFields } from './fields/schedule.js';
import { stoppingFields } from './fields/stopping.js';
import { taskFields } from './fields/task.js';
import { withPreset } from './presets.js';

/** Fields of a training run, with their defaults and ranges: a plain JSON object. Each group has its file in fields/. */
export const runConfigSchema = z.strictObject({
  ...modelFields,
  ...dataFields,
  ...optimizationFields,
  ...scheduleFields,
  ...stoppingFields,
  ...taskFields,
  ...distillationFields,
  ...pixelFields,
  ...mixingFields,
  ...baselineFields,
  ...engineFields,
  ...runFields,
  ...checkpointFields,
  ...averagingFields,
  ...progressFields,
  ...distributedFields,
  ...loggingFields,
});

/** A run configuration as a user writes it. */
export type RunConfigInput = z.input<typeof runConfigSchema>;
/** A validated run configuration; what is still optional depends on the recipe and the model. */
export type RunConfig = z.output<typeof runConfigSchema>;

/**
 * Validates a run configuration; the fields of its preset lie under its own.
 * @throws SakerError E_CONFIG_INVALID naming the field.
 */
export function parseRunConfig(value: unknown, file = 'given'): RunConfig {
  const result = runConfigSchema.safeParse(withPreset(value));
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const detail = `${issue?.path.join('.') || 'configuration'}: ${issue?.message ?? 'invalid'}`;
  throw new SakerError('E_CONFIG_INVALID', { file, detail });
}
