/** Presets: sets of run fields by how much time a run may take. What the user gives wins over them. */
import type { RunConfigInput } from './run-config.js';

/** Names of the presets, shortest first. */
export const PRESETS = ['fast', 'good', 'best'] as const;
export type PresetName = (typeof PRESETS)[number];

type Preset = Omit<Partial<RunConfigInput>, 'model' | 'data' | 'preset'>;

/**
 * `fast` tells in minutes whether the data can be learned; `good` is what runs do by themselves; `best` trains five times
 * as long with what helps long runs: a policy (Mueller and Hutter 2021), MixUp that ends early, averaged weights.
 */
export const PRESET_FIELDS: Readonly<Record<PresetName, Preset>> = {
  fast: { epochs: 3, headEpochs: 2, patience: null, soup: false },
  good: {},
  best: {
    epochs: 30,
    headEpochs: 3,
    patience: null,
    augment: 'TrivialAugmentWide',
    mixup: 0.2,
    mixOffEpochs: 5,
    ema: 0.998,
    soup: true,
  },
};

/** A configuration with the fields of its preset under its own; other values are handed back as they are. */
export function withPreset(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('preset' in value)) return value;
  const name = PRESETS.find((preset) => preset === value.preset);
  return name ? { ...PRESET_FIELDS[name], ...value } : value;
}
