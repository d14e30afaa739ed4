import { evalPipeline, parsePipeline, pipelineViews, SakerError, withViews } from '@saker/spec';
import { describe, expect, it } from 'vitest';

const spec = evalPipeline({ size: 224 });
const names = (pipeline: { ops: readonly { op: string }[] }) => pipeline.ops.map((op) => op.op);

describe('withViews', () => {
  it('puts the crops in the place of the centre crop, and the mirror image before Normalize', () => {
    expect(names(withViews(spec, 'fivecrop'))).toEqual(['Resize', 'FiveCrop', 'Normalize']);
    const ten = withViews(spec, 'tencrop');
    expect(ten.ops[1]).toEqual({ op: 'TenCrop', size: [224, 224], vertical_flip: false });
    expect(names(withViews(spec, 'hflip'))).toEqual([
      'Resize',
      'CenterCrop',
      'HorizontalFlipViews',
      'Normalize',
    ]);
    expect([spec, ten, withViews(spec, 'hflip')].map(pipelineViews)).toEqual([1, 10, 2]);
  });

  it('works on a pipeline without Normalize and refuses one without a centre crop', () => {
    const plain = parsePipeline({ ops: [{ op: 'Resize', size: [8, 8] }] });
    expect(names(withViews(plain, 'hflip'))).toEqual(['Resize', 'HorizontalFlipViews']);
    expect(() => withViews(plain, 'fivecrop')).toThrow(SakerError);
    expect(() => withViews(withViews(spec, 'hflip'), 'hflip')).toThrow(/views already/);
  });
});
