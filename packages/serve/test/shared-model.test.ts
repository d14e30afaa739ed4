import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { metadataForModel, Predictor } from '@saker/evaluate';
import { startServer } from '@saker/serve';
import { expect, it } from 'vitest';
import { reportSkip, sharedDir } from '../../../test/fixtures/shared.js';
import { form, post } from './support/client.js';

const shared = sharedDir();
if (!shared) reportSkip('serving MobileNetV2 on ImageNet photos');

it.skipIf(!shared)(
  'MobileNetV2 answers 30 ImageNet photos with the probabilities of the Predictor in every body form',
  async () => {
    const data = join(shared!, 'data');
    const model = join(data, 'models/mobilenetv2_1.0_224.onnx');
    const words = readFileSync(join(data, 'labels/imagenet_synset_words.txt'), 'utf8').trim().split('\n');
    const metadata = metadataForModel(model, { labels: words });
    const folder = join(data, 'imagenet-samples');
    const names = readdirSync(folder)
      .filter((name) => name.endsWith('.JPEG'))
      .sort()
      .slice(0, 30);
    const predictor = await Predictor.load(model, { metadata, threads: 1 });
    const server = await startServer({ model, metadata, port: 0 });
    const url = `${server.url}/predict?probabilities=true`;
    let right = 0;
    try {
      for (const name of names) {
        const photo = readFileSync(join(folder, name));
        const [expected] = await predictor.predict([photo]);
        if (!expected?.ok) throw expected?.error;
        const replies = await Promise.all([
          post(url, form([[name, photo]])),
          post(url, photo, 'image/jpeg'),
          post(url, JSON.stringify({ image: photo.toString('base64') }), 'application/json'),
        ]);
        for (const { body } of replies) {
          expect(body.label).toBe(expected.label);
          for (const [i, p] of expected.probabilities.entries())
            expect(Math.abs(body.probabilities[i] - p)).toBeLessThanOrEqual(1e-6);
        }
        if (expected.label.startsWith(name.slice(0, 9))) right += 1;
      }
      expect(right / names.length).toBeGreaterThan(0.6);
    } finally {
      await server.close();
      await predictor.close();
    }
  },
);
