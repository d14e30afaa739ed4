/** Checks what a loss and a teacher are configured with. */
import { LOSSES } from '@saker/spec';
import { argumentError } from './errors.js';
import type { LossConfig, TeacherConfig } from './loss-types.js';
import { inRange } from './step-input.js';

const fromZero = (v: number): boolean => v >= 0;

/** The configuration with its activation filled in. */
export function checkLoss(config: LossConfig): LossConfig {
  const { type, activation } = config;
  if (!LOSSES.includes(type)) throw argumentError(`loss type '${type}'; expected ${LOSSES.join(', ')}`);
  const own = type === 'cross-entropy' ? 'softmax' : type === 'focal' ? null : 'sigmoid';
  if (own !== null && activation !== undefined && activation !== own)
    throw argumentError(`loss ${type} works on a ${own}, not on a ${activation}`);
  for (const name of ['gamma', 'gammaPos', 'gammaNeg'] as const) inRange(name, config[name], fromZero);
  inRange('alpha', config.alpha, (v) => v >= 0 && v <= 1);
  inRange('clip', config.clip, (v) => v >= 0 && v < 1);
  for (const weight of config.weights ?? []) inRange('weights', weight, fromZero);
  return { ...config, activation: own ?? activation ?? 'softmax' };
}

/** The configuration as it is. */
export function checkTeacher(config: TeacherConfig): TeacherConfig {
  inRange('alpha', config.alpha, (v) => v >= 0 && v <= 1);
  inRange('temperature', config.temperature, (v) => v > 0);
  inRange('featureWeight', config.featureWeight, fromZero);
  if ((config.featureWeight ?? 0) > 0 && !(config.studentFeature && config.teacherFeature))
    throw argumentError('featureWeight needs studentFeature and teacherFeature');
  if ((config.scale?.length ?? 0) !== (config.bias?.length ?? 0))
    throw argumentError('scale and bias need the same number of channels');
  for (const index of config.classes ?? []) inRange('classes', index, (v) => Number.isInteger(v) && v >= 0);
  return config;
}
