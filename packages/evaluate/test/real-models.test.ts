import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { probe } from '@saker/core-native';
import { evaluateModel, type LabelledSample, metadataForModel, Predictor } from '@saker/evaluate';
import { describe, expect, it, vi } from 'vitest';
import { reportSkip, sharedDir } from '../../../test/fixtures/shared.js';
import expected from './expected/probabilities.json' with { type: 'json' };

// Real inference on cores that others may be using.
vi.setConfig({ testTimeout: 120_000 });

const shared = sharedDir();
if (!shared) reportSkip('@saker/evaluate on the ImageNet models');

const at = (...parts: string[]) => join(shared ?? '', ...parts);
const lines = (...parts: string[]) =>
  readFileSync(at(...parts), 'utf8')
    .trim()
    .split('\n');

interface Golden {
  readonly images: Readonly<Record<string, { readonly top5: readonly (readonly [number, number])[] }>>;
}

/** Shares are those of the 603 photos that the models' own page states. */
const MODELS: readonly {
  readonly name: keyof typeof expected;
  readonly mean: readonly number[];
  readonly std: readonly number[];
  readonly resize?: number;
  readonly top1: number;
}[] = [
  { name: 'mobilenetv2_1.0_224', mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5], top1: 0.892 },
  { name: 'mobilenetv1_0.5_160', mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5], top1: 0.67 },
  { name: 'mobilenetv1_0.25_128', mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5], top1: 0.464 },
  {
    name: 'squeezenet1.0_227_rgb',
    mean: [123 / 255, 117 / 255, 104 / 255],
    std: [1 / 255, 1 / 255, 1 / 255],
    resize: 256,
    top1: 0.614,
  },
];

describe.skipIf(!shared)('ImageNet models on real photos', () => {
  it.each(MODELS)(
    '$name reaches its accuracy and agrees with Pillow and ONNX Runtime',
    async ({ name, top1, ...how }) => {
      const file = at('data', 'models', `${name}.onnx`);
      const synsets = lines('data', 'labels', 'imagenet_synsets.txt');
      const metadata = metadataForModel(file, {
        labels: lines('data', 'labels', 'imagenet_classes.txt'),
        ...how,
      });
      const samples: LabelledSample[] = readdirSync(at('data', 'imagenet-samples'))
        .sort()
        .map((photo) => ({
          path: at('data', 'imagenet-samples', photo),
          name: photo,
          label: synsets.indexOf(photo.split('_')[0] as string),
        }));
      const chosen = new Set(Object.keys(expected[name]));
      const compared =
        name === 'mobilenetv2_1.0_224' ? samples : samples.filter((s) => chosen.has(s.name as string));
      const predictor = await Predictor.load(file, { metadata });
      const result = await evaluateModel(predictor, samples);
      const { probabilities } = await predictor.predictSamples(compared, { batchSize: 7 });
      const all = new Map(compared.map(({ name: photo }, i) => [photo, probabilities[i]]));
      const single = await predictor.predict([compared[5]?.path as string]);
      await predictor.close();

      expect(result.failures).toEqual([]);
      expect(result.samples).toBe(samples.length);
      // 241 of the 603 photos are here, hence the binomial room.
      expect(Math.abs(result.accuracy - top1)).toBeLessThan(
        3 * Math.sqrt((top1 * (1 - top1)) / samples.length),
      );

      const golden = JSON.parse(readFileSync(at('golden', 'models', `${name}.top5.json`), 'utf8')) as Golden;
      let same = 0;
      let upright = 0;
      let max = 0;
      const differences: number[] = [];
      for (const [i, { path, name: photo }] of compared.entries()) {
        // The golden values ignore EXIF orientation, which Saker applies.
        if ((await probe(path)).orientation !== 1) continue;
        const row = probabilities[i] as Float32Array;
        const top5 = golden.images[photo as string]?.top5 ?? [];
        upright += 1;
        if (row.indexOf(Math.max(...row)) === top5[0]?.[0]) same += 1;
        const difference = Math.max(...top5.map(([c, p]) => Math.abs((row[c] as number) - p)));
        differences.push(difference);
        max = Math.max(max, difference);
      }
      const median = differences.sort((a, b) => a - b)[differences.length >> 1] as number;
      process.stdout.write(
        `${name}: top-1 ${result.accuracy.toFixed(4)}, top-5 ${result.topK.accuracy.toFixed(4)}, ` +
          `same top-1 as golden ${same}/${upright}, largest difference ${max.toFixed(4)}, median ${median.toFixed(4)}, ` +
          `${result.imagesPerSecond.toFixed(0)} images/s\n`,
      );
      // The golden photos were rounded to u8 by Pillow, and cut up to a pixel beside torchvision's place (long side and
      // crop offset rounded another way), which the two small models feel.
      expect(same / upright).toBeGreaterThanOrEqual(name === 'mobilenetv2_1.0_224' ? 0.99 : 0.7);

      let far = 0;
      for (const [photo, top5] of Object.entries(expected[name])) {
        const row = all.get(photo);
        for (const [c, p] of top5)
          far = Math.max(far, Math.abs((row?.[c as number] ?? Number.NaN) - (p as number)));
      }
      process.stdout.write(`${name}: largest difference from torchvision in float ${far.toExponential(2)}\n`);
      expect(far).toBeLessThanOrEqual(1e-5);
      const [alone] = single;
      const batched = probabilities[5] as Float32Array;
      alone?.ok &&
        alone.probabilities.forEach((p, c) => {
          expect(Math.abs(p - (batched[c] as number))).toBeLessThanOrEqual(1e-6);
        });
      expect(alone?.ok).toBe(true);
    },
  );

  it('gives the same probabilities for batches of 1, 7 and 32', async () => {
    const file = at('data', 'models', 'mobilenetv2_1.0_224.onnx');
    const labels = lines('data', 'labels', 'imagenet_classes.txt');
    const metadata = metadataForModel(file, { labels, mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] });
    const samples = readdirSync(at('data', 'imagenet-samples'))
      .slice(0, 64)
      .map((photo) => ({ path: at('data', 'imagenet-samples', photo) }));
    const predictor = await Predictor.load(file, { metadata });
    const runs = [];
    for (const batchSize of [1, 7, 32])
      runs.push((await predictor.predictSamples(samples, { batchSize })).probabilities);
    await predictor.close();
    let max = 0;
    for (const run of runs)
      run.forEach((row, i) => {
        row?.forEach((p, c) => {
          max = Math.max(max, Math.abs(p - (runs[0]?.[i]?.[c] as number)));
        });
      });
    process.stdout.write(`largest difference between batch sizes 1, 7, 32: ${max.toExponential(2)}\n`);
    expect(max).toBeLessThanOrEqual(1e-6);
  });

  it('reads drawn digits with a grey model, from PNG and JPEG', async () => {
    const { default: sharp } = await import('sharp');
    const file = at('data', 'models', 'vit_mnist_28.onnx');
    const metadata = metadataForModel(file, {
      labels: lines('data', 'labels', 'mnist_classes.txt'),
      mean: [0.1307],
      std: [0.3081],
    });
    const svg = (body: string) =>
      Buffer.from(
        `<svg xmlns="http://www.w3.org/2000/svg" width="28" height="28"><rect width="28" height="28"/>${body}</svg>`,
      );
    const one = await sharp(svg('<path d="M14 5V23" stroke="white" stroke-width="3"/>')).png().toBuffer();
    const zero = await sharp(
      svg('<ellipse cx="14" cy="14" rx="5.5" ry="8" stroke="white" fill="none" stroke-width="3"/>'),
    )
      .jpeg({ quality: 95 })
      .toBuffer();
    const predictor = await Predictor.load(file, { metadata });
    expect(predictor.inputShape).toMatchObject({ channels: 1, height: 28, width: 28 });
    const results = await predictor.predict([one, zero]);
    await predictor.close();
    expect(results.map((r) => r.ok && r.index)).toEqual([1, 0]);
  });
});
