import type { TrainableModel } from '@saker/core-native/autograd';
import type { ResolvedConfig, ResolvedPipelines } from '../config/resolve.js';
import type { RunData } from '../data.js';
import type { PreparedModel } from '../model/prepare.js';
import type { Balance } from './balance.js';
import { configureLoss } from './loss.js';
import { configureTeacher } from './teacher.js';

/** Tells the engine what a run's steps are measured by. @throws SakerError as `configureTeacher`. */
export async function configureTask(
  model: TrainableModel,
  config: ResolvedConfig,
  pipelines: ResolvedPipelines,
  prepared: PreparedModel,
  { classes }: RunData,
  balance: Pick<Balance, 'weights'>,
): Promise<void> {
  await configureLoss(model, config, balance);
  await configureTeacher(model, config, pipelines, prepared, classes);
}
