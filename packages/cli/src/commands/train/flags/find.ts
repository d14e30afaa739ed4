import type { FlagParametersForType } from '@stricli/core';
import type { CliContext } from '../../../context.js';
import { type EngineFlags, engineFlags } from './engine.js';
import { type ModelFlags, modelFlags } from './model.js';
import { type OptimizationFlags, optimizationFlags } from './optimization.js';
import { type PixelFlags, pixelFlags } from './pixels.js';
import { type RunFlags, runFlags } from './run.js';
import { type TaskFlags, taskFlags } from './task.js';

/** Flags of the commands that measure a run before it is started: those of `saker train` that decide its steps. */
export interface FindFlags
  extends ModelFlags,
    OptimizationFlags,
    PixelFlags,
    TaskFlags,
    Omit<EngineFlags, 'accumulate'>,
    Omit<RunFlags, 'out' | 'baseline'> {}

const { accumulate: _accumulate, ...engine } = engineFlags;
const { out: _out, baseline: _baseline, ...shared } = runFlags;

export const findFlags: FlagParametersForType<FindFlags, CliContext> = {
  ...modelFlags,
  ...taskFlags,
  ...optimizationFlags,
  ...(engine as FlagParametersForType<Omit<EngineFlags, 'accumulate'>, CliContext>),
  ...pixelFlags,
  ...(shared as FlagParametersForType<Omit<RunFlags, 'out' | 'baseline'>, CliContext>),
};
