/** What loggers write of a step and of an epoch, each under the tag that its tool groups by. */
import type { CallbackContext } from '../callbacks/callback.js';
import type { TrainEventOf } from '../events.js';
import { metricTag } from './metric-tags.js';

export type Figures = Readonly<Record<string, number>>;

/** The loss, rates and speeds of a step. */
export function stepFigures(event: TrainEventOf<'step'>, { lastStep }: CallbackContext): Figures {
  return {
    'loss/step': lastStep?.loss ?? event.loss,
    'learning_rate/step': event.lr,
    'gradient_norm/all': event.gradNorm,
    ...(event.scaling && { 'performance/loss_scale': event.scaling.scale }),
    'performance/images_per_second': event.imagesPerSecond,
    'performance/loader_wait': event.loaderWait,
  };
}

/** The metrics of an epoch, its number, and its seconds. */
export function epochFigures({ metrics, epoch, seconds }: TrainEventOf<'epoch-end'>['result']): Figures {
  const tagged = Object.entries(metrics).map(([name, value]) => [metricTag(name), value] as const);
  return { ...Object.fromEntries(tagged), epoch, 'performance/epoch_seconds': seconds };
}
