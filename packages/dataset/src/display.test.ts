import { evalPipeline, mixingOps, parsePipeline, trainPipeline, withViews } from '@saker/spec';
import { describe, expect, it } from 'vitest';
import { displayPipeline } from './display.js';

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
});
