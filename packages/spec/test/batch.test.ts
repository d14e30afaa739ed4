import {
  BATCH_OPS,
  mixingOps,
  parsePipeline,
  pipelineHash,
  pipelineJsonSchema,
  type SakerError,
} from '@saker/spec';
import { describe, expect, it } from 'vitest';

function refusal(value: unknown): SakerError {
  try {
    parsePipeline(value);
  } catch (error) {
    return error as SakerError;
  }
  throw new Error('the pipeline was accepted');
}
const CROP = { op: 'CenterCrop', size: 8 };

describe('the batch stage of a pipeline', () => {
  it("fills in defaults and takes timm's name of a mode", () => {
    const { batch } = parsePipeline({
      ops: [CROP],
      batch: [{ op: 'MixUp', alpha: 0.2, mode: 'elem' }, { op: 'CutMix' }],
    });
    expect(batch).toEqual([
      { op: 'MixUp', alpha: 0.2, p: 1, mode: 'element' },
      { op: 'CutMix', alpha: 1, p: 1, mode: 'batch', correct_lam: true },
    ]);
  });

  it('gives a choice equal weights and keeps the weights it is given', () => {
    const transforms = [{ op: 'MixUp' }, { op: 'CutMix' }];
    const choice = (p?: number[]) =>
      parsePipeline({ ops: [CROP], batch: [{ op: 'RandomChoice', transforms, p }] });
    expect(choice().batch?.[0]).toMatchObject({ p: [1, 1] });
    const spec = choice([0.1, 0.2]);
    expect(spec.batch?.[0]).toMatchObject({ p: [0.1, 0.2] });
    expect(parsePipeline(spec)).toEqual(spec);
  });

  it('leaves a pipeline without one as it was, hash and all', () => {
    const plain = parsePipeline({ ops: [CROP] });
    expect(parsePipeline({ ops: [CROP], batch: [] })).toEqual(plain);
    expect('batch' in plain).toBe(false);
    expect(pipelineHash(parsePipeline({ ops: [CROP], batch: [{ op: 'MixUp' }] }))).not.toBe(
      pipelineHash(plain),
    );
  });

  it('refuses what cannot be mixed, naming the place', () => {
    const batch = (value: unknown) => ({ ops: [CROP], batch: [value] });
    expect(refusal(batch({ op: 'MixUp', alpha: 0 })).params.path).toContain('batch');
    for (const wrong of [
      { op: 'MixUp', alpha: -1 },
      { op: 'MixUp', alpha: Number.NaN },
      { op: 'MixUp', alpha: 101 },
      { op: 'MixUp', mode: 'row' },
      { op: 'CutMix', p: 1.1 },
      { op: 'CutMix', lam: 1 },
      { op: 'Resize', size: 8 },
      { op: 'RandomChoice', transforms: [] },
      { op: 'RandomChoice', transforms: [{ op: 'MixUp' }], p: [1, 1] },
      { op: 'RandomChoice', transforms: [{ op: 'MixUp' }], p: [0] },
      { op: 'RandomChoice', transforms: [{ op: 'MixUp' }, { op: 'CutMix', mode: 'pair' }] },
    ])
      expect(refusal(batch(wrong)).code).toBe('E_PIPELINE_INVALID');
    expect(refusal({ ...batch({ op: 'MixUp' }), output: { dtype: 'u8' } }).message).toContain('f32');
  });

  it('stands in the JSON Schema', () => {
    const text = JSON.stringify(pipelineJsonSchema());
    for (const { name } of BATCH_OPS) expect(text).toContain(`"${name}"`);
  });
});

describe('mixingOps', () => {
  it('is nothing without an alpha, one op with one, and a choice with both', () => {
    expect(mixingOps({})).toEqual([]);
    expect(mixingOps({ mixup: 0.2, mode: 'pair' })).toEqual([
      { op: 'MixUp', alpha: 0.2, p: 1, mode: 'pair' },
    ]);
    expect(mixingOps({ cutmix: 1, p: 0.5 })).toEqual([
      { op: 'CutMix', alpha: 1, p: 0.5, mode: 'batch', correct_lam: true },
    ]);
    const [both] = mixingOps({ mixup: 0.8, cutmix: 1, switchProb: 0.25 });
    expect(both).toMatchObject({ op: 'RandomChoice', p: [0.75, 0.25] });
    expect(parsePipeline({ ops: [CROP], batch: [both] }).batch).toEqual([both]);
  });
});
