import { PIPELINE_PRESETS, parsePipeline } from '@saker/spec';
import { describe, expect, it } from 'vitest';
import { displayPipeline, drawsAtRandom } from './display.js';

describe('displayPipeline', () => {
  it('gives boxes of the mean the colour that Normalize maps to 0, also inside lists', () => {
    const erase = { op: 'RandomErasing', value: 'mean' };
    const spec = parsePipeline({
      ops: [
        erase,
        { op: 'RandomApply', transforms: [{ op: 'RandomOrder', transforms: [erase] }] },
        { op: 'Normalize', mean: [0.2, 0.4, 0.6], std: 1 },
      ],
    });
    const shown = displayPipeline(spec);
    const text = JSON.stringify(shown.ops);
    expect(text).not.toContain('mean');
    expect(text.match(/"value":\[51,102,153\]/g)).toHaveLength(2);
    expect(shown.output).toEqual({ dtype: 'u8', layout: 'NHWC', channels: 3 });
  });

  it('shows every preset, and knows which of them draw', () => {
    for (const preset of PIPELINE_PRESETS) {
      expect(displayPipeline(preset.make()).ops.some(({ op }) => op === 'Normalize')).toBe(false);
      expect(drawsAtRandom(preset.make())).toBe(preset.random);
    }
  });
});
