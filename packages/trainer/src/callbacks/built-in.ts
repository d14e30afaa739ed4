import type { ResolvedConfig } from '../config/resolve.js';
import { PRIMARY_METRIC } from '../task/metrics.js';
import type { BestModel } from './best-model.js';
import type { Callback } from './callback.js';
import { EarlyStopping } from './early-stopping.js';
import type { JsonlLog } from './jsonl-log.js';
import { ReduceLROnPlateau } from './reduce-lr-on-plateau.js';

/** The callbacks that a configuration asks for, in the order in which they hear events. */
export function builtInCallbacks(config: ResolvedConfig, best: BestModel, log: JsonlLog): Callback[] {
  const { gamma, plateauPatience, minLrFactor, patience, schedule } = config;
  const callbacks: Callback[] = [log, best];
  if (schedule === 'plateau')
    callbacks.push(new ReduceLROnPlateau({ gamma, patience: plateauPatience, minFactor: minLrFactor }));
  if (patience !== null) callbacks.push(new EarlyStopping({ metric: PRIMARY_METRIC[config.task], patience }));
  return callbacks;
}
