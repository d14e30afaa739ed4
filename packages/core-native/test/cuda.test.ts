import { capabilities, compilePipeline, Loader, type Pipeline } from '@saker/core-native';
import { SakerError } from '@saker/spec';
import { describe, expect, it } from 'vitest';
import { png } from './fixtures/pictures.js';

const { cuda } = capabilities();
const pipeline = compilePipeline({
  version: 1,
  ops: [
    { op: 'Resize', size: [24, 20] },
    { op: 'ColorJitter', brightness: 0.3, contrast: 0.3, saturation: 0.3, hue: 0.1 },
    { op: 'GaussianBlur', kernel_size: 3 },
    { op: 'Normalize', mean: [0.5, 0.4, 0.3], std: [0.2, 0.2, 0.2] },
  ],
} as never);
const pictures = [png(40, 30), png(7, 90), new Uint8Array(0)];
const unusable = cuda.built ? 'E_CUDA_NO_DEVICE' : 'E_CUDA_NOT_BUILT';

function codeOf(body: () => unknown): string {
  try {
    body();
  } catch (thrown) {
    return SakerError.from(thrown).code;
  }
  return 'nothing thrown';
}

describe('CUDA', () => {
  it('says what it can do, or why not', () => {
    expect(cuda.available).toBe(cuda.reason === '');
    expect(cuda.available && !cuda.built).toBe(false);
    if (cuda.available) expect(cuda.devices.length).toBeGreaterThan(0);
    expect(cuda.nvjpeg.available).toBe(cuda.nvjpeg.reason === '');
  });

  it('refuses a device that does not exist', async () => {
    await expect(pipeline.runBatch(pictures, { device: 'tpu' as never })).rejects.toMatchObject({
      code: 'E_ARG_INVALID',
    });
    expect(codeOf(() => new Loader({ pipeline, samples: [], batchSize: 1, device: 'tpu' as never }))).toBe(
      'E_ARG_INVALID',
    );
  });

  it('does not write a batch of a device to an array of the host', async () => {
    const out = new Float32Array(3 * 3 * 24 * 20);
    await expect(pipeline.runBatch(pictures, { device: 'cuda', out } as never)).rejects.toMatchObject({
      code: 'E_DEVICE_MISMATCH',
    });
  });

  it('takes nvJPEG with device cuda only', () => {
    const options = { pipeline, samples: [], batchSize: 1 };
    expect(codeOf(() => new Loader({ ...options, jpegDecoder: 'nvjpeg' }))).toBe('E_ARG_INVALID');
    expect(codeOf(() => new Loader({ ...options, device: 'cuda', jpegDecoder: 'gpu' as never }))).toBe(
      'E_ARG_INVALID',
    );
  });

  it('refuses what only the CPU path does', async () => {
    const spec = (ops: object[], more = {}) =>
      compilePipeline({ version: 1, ops: [{ op: 'Resize', size: [24, 20] }, ...ops], ...more } as never);
    const loader = (pipeline: Pipeline, more = {}) =>
      codeOf(() => new Loader({ pipeline, samples: [], batchSize: 2, device: 'cuda', ...more }));
    expect(loader(pipeline, { cache: { kind: 'encoded', bytes: 1000 } })).toBe('E_ARG_INVALID');
    expect(loader(spec([{ op: 'FiveCrop', size: 8 }]))).toBe('E_PIPELINE_UNSUPPORTED');
    expect(loader(spec([{ op: 'JPEG', quality: 50 }]))).toBe('E_PIPELINE_UNSUPPORTED');
    expect(loader(spec([], { batch: [{ op: 'MixUp' }] }))).toBe('E_PIPELINE_UNSUPPORTED');
    await expect(
      spec([{ op: 'ElasticTransform' }]).runBatch(pictures, { device: 'cuda' }),
    ).rejects.toMatchObject({
      code: 'E_PIPELINE_UNSUPPORTED',
      params: { detail: expect.stringContaining('ElasticTransform') },
    });
  });

  it.skipIf(cuda.available)('never falls back to the CPU where there is no device', async () => {
    await expect(pipeline.runBatch(pictures, { device: 'cuda' })).rejects.toMatchObject({ code: unusable });
    expect(codeOf(() => new Loader({ pipeline, samples: [], batchSize: 1, device: 'cuda' }))).toBe(unusable);
  });

  it.skipIf(!cuda.available)('makes the batch of the CPU on a device', async () => {
    const host = await pipeline.runBatch(pictures, { seed: 3 });
    const batch = await pipeline.runBatch(pictures, { seed: 3, device: 'cuda' });
    expect(batch.shape).toEqual(host.shape);
    expect(batch.statuses.map((status) => status?.code)).toEqual([undefined, undefined, 'E_IMAGE_EMPTY']);
    const data = await batch.toHost();
    let worst = 0;
    host.data.forEach((value, i) => {
      worst = Math.max(worst, Math.abs(value - (data[i] as number)));
    });
    expect(worst).toBeLessThan(1e-3);
    batch.release();
    await expect(batch.toHost()).rejects.toMatchObject({ code: 'E_CLOSED' });
  });
});
