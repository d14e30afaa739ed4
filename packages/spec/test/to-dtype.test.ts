import { parsePipeline, pipelineHash, type SakerError } from '@saker/spec';
import { describe, expect, it } from 'vitest';

const CROP = { op: 'CenterCrop', size: 8 };
const NORMALIZE = { op: 'Normalize', mean: [0.5], std: [0.5] };

function refusal(value: unknown): SakerError {
  try {
    parsePipeline(value);
  } catch (error) {
    return error as SakerError;
  }
  throw new Error('the pipeline was accepted');
}

describe('ToDtype', () => {
  it.each([
    ['float32', 'f32'],
    ['torch.float16', 'f16'],
    ['bfloat16', 'bf16'],
    ['uint8', 'u8'],
    ['f16', 'f16'],
  ])('%s as the last op is the output dtype %s', (dtype, short) => {
    const spec = parsePipeline({ ops: [CROP, { op: 'ToDtype', dtype, scale: true }] });
    const plain = parsePipeline({ ops: [CROP], output: { dtype: short } });
    expect(spec).toEqual(plain);
    expect(pipelineHash(spec)).toBe(pipelineHash(plain));
  });

  it("may stand before a last Normalize, as in torchvision's pipelines", () => {
    const spec = parsePipeline({
      ops: [CROP, { op: 'ToDtype', dtype: 'float16', scale: true }, NORMALIZE],
      output: { layout: 'NHWC' },
    });
    expect(spec.ops.map((op) => op.op)).toEqual(['CenterCrop', 'Normalize']);
    expect(spec.output).toEqual({ dtype: 'f16', layout: 'NHWC', channels: 3 });
  });

  it('is refused elsewhere, unscaled, twice, unknown, or against output.dtype', () => {
    const half = { op: 'ToDtype', dtype: 'float16', scale: true };
    expect(refusal({ ops: [half, CROP] }).message).toContain('ops[0]');
    expect(refusal({ ops: [CROP, { op: 'ToDtype', dtype: 'float16' }] }).params.path).toBe('ops[1].scale');
    expect(refusal({ ops: [CROP, { ...half, dtype: 'float64' }] }).params.path).toBe('ops[1].dtype');
    expect(refusal({ ops: [CROP, { ...half, copy: 1 }] }).code).toBe('E_PIPELINE_INVALID');
    expect(refusal({ ops: [CROP, half, half] }).code).toBe('E_PIPELINE_INVALID');
    expect(refusal({ ops: [CROP, half], output: { dtype: 'f32' } }).message).toContain('output.dtype');
    expect(refusal({ ops: [CROP, { op: 'ToDtype', dtype: 'uint8' }, NORMALIZE] }).message).toContain(
      'Normalize',
    );
  });
});
