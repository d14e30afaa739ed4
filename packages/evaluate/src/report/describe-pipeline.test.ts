import { evalPipeline, parsePipeline, trainPipeline } from '@saker/spec';
import { describe, expect, it } from 'vitest';
import { describePipeline } from './describe-pipeline.js';

describe('describePipeline', () => {
  it('says in words what the presets do', () => {
    expect(describePipeline(evalPipeline({ size: 224 }))).toEqual([
      'Decode at full resolution, upright by EXIF',
      'Resize the short side to 256 px, bilinear, antialiased',
      'Crop the centre, 224 \u00d7 224 px',
      'Normalize: subtract 0.485, 0.456, 0.406, divide by 0.229, 0.224, 0.225',
      'Hand over float32 NCHW, 3 channels',
    ]);
    const train = describePipeline(trainPipeline({ size: 224 }));
    expect(train[1]).toBe(
      'Crop 8% to 100% of the area at random, aspect 0.75 to 1.33, resized to 224 \u00d7 224 px, bilinear',
    );
    expect(train[2]).toBe('Mirror left and right with probability 0.5');
    expect(describePipeline(trainPipeline({ size: 28, channels: 1, mean: [0.5], std: [0.5] }))).toContain(
      'Crop 28 \u00d7 28 px at random, after padding by 2, 2, 2, 2 px',
    );
  });

  it('lists the parameters of every other op', () => {
    const spec = parsePipeline({
      ops: [{ op: 'ColorJitter', brightness: 0.2 }],
      output: { dtype: 'u8', layout: 'NHWC' },
    });
    expect(describePipeline(spec).slice(1)).toEqual([
      'ColorJitter brightness [0.8, 1.2]',
      'Hand over uint8 NHWC, 3 channels',
    ]);
  });

  it('says what the ops that hold ops do with them', () => {
    const flip = { op: 'RandomHorizontalFlip' };
    const grey = { op: 'Grayscale', num_output_channels: 3 };
    const spec = parsePipeline({
      ops: [
        { op: 'RandomApply', transforms: [flip, grey], p: 0.25 },
        {
          op: 'RandomChoice',
          transforms: [flip, { op: 'RandomOrder', transforms: [grey, flip] }],
          p: [3, 1],
        },
      ],
    });
    expect(describePipeline(spec).slice(1, 3)).toEqual([
      'With probability 0.25: Mirror left and right with probability 0.5; then Grey, 3 equal channels',
      'One of: Mirror left and right with probability 0.5; or In random order: Grey, 3 equal channels; Mirror left and right with probability 0.5 (weights 3, 1)',
    ]);
  });
});
