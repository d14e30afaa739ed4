/** A configuration's loss in the engine's terms. */
import type { LossConfig, TrainableModel } from '@saker/core-native/autograd';
import type { RunConfig } from '@saker/spec';
import { SakerError } from '@saker/spec';
import type { ResolvedConfig } from '../config/resolve.js';
import type { Balance } from './balance.js';

type TaskName = NonNullable<RunConfig['task']>;
type LossName = NonNullable<RunConfig['loss']>;

/** Losses of each task; the first is its default. */
const LOSSES_OF: Readonly<Record<TaskName, readonly LossName[]>> = {
  single: ['cross-entropy', 'focal'],
  multi: ['bce', 'focal', 'asymmetric'],
  binary: ['bce', 'focal', 'asymmetric'],
};

/**
 * The loss of a run.
 * @throws SakerError E_ARG_INVALID for one that does not suit the task.
 */
export function lossOf(task: TaskName, loss: LossName | undefined): LossName {
  const own = LOSSES_OF[task];
  if (loss === undefined) return own[0] as LossName;
  if (own.includes(loss)) return loss;
  throw new SakerError('E_ARG_INVALID', {
    name: 'loss',
    expected: `${own.join(' or ')} with the task ${task}`,
    received: loss,
  });
}

/** Sets the loss of every step that follows. */
export async function configureLoss(
  model: TrainableModel,
  config: ResolvedConfig,
  { weights }: Pick<Balance, 'weights'>,
): Promise<void> {
  const { task, loss: type, focalGamma: gamma, focalAlpha } = config;
  const own: Omit<LossConfig, 'type' | 'weights'> =
    type === 'focal'
      ? { gamma, activation: task === 'single' ? 'softmax' : 'sigmoid' }
      : type === 'asymmetric'
        ? {
            gammaPos: config.asymmetricGammaPos,
            gammaNeg: config.asymmetricGammaNeg,
            clip: config.asymmetricClip,
          }
        : {};
  const alpha = type === 'focal' && task !== 'single' && focalAlpha !== null ? { alpha: focalAlpha } : {};
  const engine = weights && (task === 'binary' ? [(weights[1] as number) / (weights[0] as number)] : weights);
  await model.configureLoss({ type, ...own, ...alpha, ...(engine ? { weights: engine } : {}) });
}
