import { SakerError } from '@saker/spec';
import type { ResolvedConfig } from '../config/resolve.js';
import type { BestModel } from './best-model.js';
import type { Callback } from './callback.js';
import { EarlyStopping } from './early-stopping.js';
import { Ema } from './ema.js';
import { GradualUnfreezing } from './gradual-unfreezing.js';
import { GreedySoup } from './greedy-soup.js';
import type { JsonlLog } from './jsonl-log.js';
import { ModelCheckpoint } from './model-checkpoint.js';
import { ReduceLROnPlateau } from './reduce-lr-on-plateau.js';
import { Swa } from './swa.js';
import { TimeBudget } from './time-budget.js';

/** Epochs that a soup is made of when the configuration keeps none. */
const SOUP_KEEPS = 5;

/**
 * The callbacks that a configuration asks for, in the order in which they hear events: averages of a step before what looks
 * at them, the best epoch before what stops.
 * @throws SakerError E_CONFIG_INVALID for two kinds of averages.
 */
export function builtInCallbacks(config: ResolvedConfig, best: BestModel, log: JsonlLog | null): Callback[] {
  const { ema, swa, soup, monitor: metric, patience, unfreeze, timeBudget } = config;
  if (ema !== null && swa !== null)
    throw new SakerError('E_CONFIG_INVALID', {
      file: 'given',
      detail: 'ema and swa both average the weights; give one of them',
    });
  const callbacks: Callback[] = log ? [log] : [];
  if (ema !== null) callbacks.push(new Ema(ema));
  if (swa !== null) callbacks.push(new Swa({ epochs: swa }));
  if (unfreeze > 0 && config.recipe === 'fine-tune') callbacks.push(new GradualUnfreezing(unfreeze));
  callbacks.push(best);
  const keep = config.keep || (soup ? SOUP_KEEPS : 0);
  if (keep > 0) {
    const kept = new ModelCheckpoint({ metric, keep });
    callbacks.push(kept);
    if (soup) callbacks.push(new GreedySoup(kept));
  }
  if (config.schedule === 'plateau') {
    const { gamma, plateauPatience, minLrFactor: minFactor } = config;
    callbacks.push(new ReduceLROnPlateau({ gamma, patience: plateauPatience, minFactor }));
  }
  if (patience !== null) callbacks.push(new EarlyStopping({ metric, patience }));
  if (timeBudget !== null) callbacks.push(new TimeBudget(timeBudget));
  return callbacks;
}
