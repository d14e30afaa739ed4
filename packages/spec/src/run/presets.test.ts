import { describe, expect, it } from 'vitest';
import { PRESET_FIELDS, PRESETS } from './presets.js';
import { parseRunConfig } from './run-config.js';

const run = { model: 'm.onnx', data: 'd' };

describe('presets', () => {
  it.each(PRESETS)('%s names fields that a run has, and the user wins over them', (preset) => {
    expect(parseRunConfig({ ...run, preset })).toMatchObject(PRESET_FIELDS[preset]);
    expect(parseRunConfig({ ...run, preset, epochs: 7 }).epochs).toBe(7);
  });

  it('take no other name', () => {
    expect(() => parseRunConfig({ ...run, preset: 'better' })).toThrow(/preset/);
  });
});
