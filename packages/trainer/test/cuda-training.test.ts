/** Training on a CUDA device. Needs a GPU and a CUDA build of libtorch (LIBTORCH); tools/gpu/run runs it there. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { torchCapabilities } from '@saker/core-native/autograd';
import { fit, type TrainEvent } from '@saker/trainer';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeShapes } from './pictures.js';

let root: string;
let data: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'saker-cuda-'));
  data = join(root, 'shapes');
  await writeShapes(data, 60);
});
afterAll(() => rm(root, { recursive: true, force: true }));

let runs = 0;
async function losses(more: object): Promise<{ steps: number[]; skipped: number; scales: number }> {
  const steps: number[] = [];
  let skipped = 0;
  let scales = 0;
  const onEvent = (event: TrainEvent) => {
    if (event.type !== 'step') return;
    steps.push(event.loss);
    if (event.scaling) scales += 1;
    if (event.scaling?.skipped) skipped += 1;
  };
  const config = { model: 'resnet8', data, epochs: 2, batchSize: 8, size: 32, seed: 3, threads: 2, ...more };
  await fit({ ...config, out: join(root, `${runs++}.onnx`) }, { onEvent });
  return { steps, skipped, scales };
}

/** The greatest distance of two curves of running means. */
const apart = (a: number[], b: number[]): number => Math.max(...a.map((v, i) => Math.abs(v - b[i]!)));

describe.skipIf(!torchCapabilities().cudaAvailable)('a run on a CUDA device', () => {
  it('has the loss curve of the CPU', async () => {
    const cpu = await losses({ device: 'cpu' });
    const cuda = await losses({ device: 'cuda' });
    expect(cuda.steps).toHaveLength(cpu.steps.length);
    // Batch statistics of 8 pictures make rounding grow about tenfold in each five steps.
    expect(apart(cuda.steps.slice(0, 5), cpu.steps.slice(0, 5))).toBeLessThan(1e-2);
    expect(apart(cuda.steps, cpu.steps)).toBeLessThan(0.15);
  }, 300_000);

  it('learns in fp16 under a loss scale', async () => {
    const cpu = await losses({ device: 'cpu' });
    const half = await losses({ device: 'cuda', amp: 'fp16' });
    expect(half.scales).toBe(half.steps.length);
    expect(half.skipped).toBeLessThan(8);
    expect(apart(half.steps, cpu.steps)).toBeLessThan(0.3);
  }, 300_000);

  it('takes batches from the host where the device cannot make them', async () => {
    const mixed = await losses({ device: 'cuda', mixup: 0.2 });
    expect(mixed.steps.every(Number.isFinite)).toBe(true);
  }, 300_000);
});
