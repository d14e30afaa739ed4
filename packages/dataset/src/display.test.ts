import {
  evalPipeline,
  mixingOps,
  PIPELINE_PRESETS,
  parsePipeline,
  trainPipeline,
  withViews,
} from '@saker/spec';
import { describe, expect, it } from 'vitest';
import { displayPipeline, drawsAtRandom } from './display.js';

describe('displayPipeline', () => {
  it('keeps geometry and colour, and leaves out Normalize and mixing', () => {
    const spec = parsePipeline({ ...trainPipeline({ size: 64 }), batch: mixingOps({ mixup: 1 }) });
    const shown = displayPipeline(spec);
    expect(shown.ops).toEqual(spec.ops.filter(({ op }) => op !== 'Normalize'));
    expect(shown.output).toEqual({ dtype: 'u8', layout: 'NHWC', channels: 3 });
    expect(shown.batch).toBeUndefined();
  });

  it('refuses a pipeline that makes several views of a picture', () => {
    expect(() => displayPipeline(withViews(evalPipeline({ size: 64 }), 'fivecrop'))).toThrow(/5 views/);
  });

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
