/** A trained file needs no Saker: plain ONNX Runtime runs it, and any protobuf reader finds labels and pipeline. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { onnxMetadata } from '../fixtures/onnx-metadata.js';
import { saker, temporaryFolder } from '../fixtures/saker.js';
import { SHAPES } from '../fixtures/shapes.js';
import { type Trained, trainShapes } from '../fixtures/trained.js';

const { folder, remove } = temporaryFolder('plain');
let trained: Trained;
beforeAll(async () => {
  trained = await trainShapes(folder, 15, 2);
});
afterAll(remove);

describe('a trained file', () => {
  it('runs in plain onnxruntime-node and gives what saker predict gives', async () => {
    const { default: sharp } = await import('sharp');
    const ort = createRequire(import.meta.url)('onnxruntime-node') as typeof import('onnxruntime-node');
    const session = await ort.InferenceSession.create(trained.model);
    // A picture of the input's size needs no resampling, so its pixels can be prepared by hand.
    const side = 32;
    const picture = join(folder, 'exact.png');
    const pixels = Buffer.from(Array.from({ length: side * side * 3 }, (_, i) => (i * 31) % 256));
    await sharp(pixels, { raw: { width: side, height: side, channels: 3 } })
      .png()
      .toFile(picture);

    const entries = onnxMetadata(readFileSync(trained.model));
    const pipeline = JSON.parse(entries.get('saker.pipeline') ?? '{}');
    const { mean, std } = pipeline.ops.find((op: { op: string }) => op.op === 'Normalize');
    const input = new Float32Array(3 * side * side);
    for (let c = 0; c < 3; c += 1) {
      for (let i = 0; i < side * side; i += 1) {
        input[c * side * side + i] = ((pixels[i * 3 + c] as number) / 255 - mean[c]) / std[c];
      }
    }
    const feeds = { [session.inputNames[0] as string]: new ort.Tensor('float32', input, [1, 3, side, side]) };
    const output = (await session.run(feeds))[session.outputNames[0] as string];
    const logits = Array.from(output?.data as Float32Array);
    const top = Math.max(...logits);
    const powers = logits.map((logit) => Math.exp(logit - top));
    const total = powers.reduce((a, b) => a + b, 0);

    const { json } = await saker(['predict', trained.model, picture, '--json']);
    const topK: { index: number; label: string; confidence: number }[] = json.results[0].topK;
    for (const { index, confidence } of topK)
      expect(confidence).toBeCloseTo((powers[index] as number) / total, 5);
  });

  it('carries labels, task, pipeline and its hash for any reader', () => {
    const entries = onnxMetadata(readFileSync(trained.model));
    expect(JSON.parse(entries.get('saker.labels') ?? '')).toEqual([...SHAPES]);
    expect(entries.get('saker.task')).toBe('single-label');
    expect(entries.get('saker.pipeline_hash')).toMatch(/^sha256:[0-9a-f]{64}$/);
    const names = JSON.parse(entries.get('saker.pipeline') ?? '{}').ops.map((op: { op: string }) => op.op);
    expect(names).toEqual(['Resize', 'CenterCrop', 'Normalize']);
    const whole = JSON.parse(entries.get('saker.metadata') ?? '{}');
    expect(whole.provenance.samples).toEqual({ train: 36, val: 9, test: 0 });
    expect(whole.history.length).toBeGreaterThanOrEqual(1);
  });
});
