/** The same pictures through the Predictor with one thread and no server: what the server's CPU is measured against. */
import { readFileSync } from 'node:fs';
import { metadataForModel, Predictor } from '@saker/evaluate';

const { model, labels, mean, std, photoFile, seconds } = JSON.parse(process.argv[2]);
const photos = JSON.parse(readFileSync(photoFile, 'utf8')).map((text) => Buffer.from(text, 'base64'));
const metadata = labels ? metadataForModel(model, { labels, mean, std }) : undefined;
const predictor = await Predictor.load(model, { metadata, threads: 1 });
for (const photo of photos) await predictor.predict([photo]);

const sums = { pixels: 0, inference: 0 };
const cpu = process.cpuUsage();
const started = performance.now();
let count = 0;
for (; performance.now() - started < seconds * 1000; count++) {
  const [prediction] = await predictor.predict([photos[count % photos.length]]);
  if (!prediction.ok) throw prediction.error;
  sums.pixels += prediction.timings.pixelsMs;
  sums.inference += prediction.timings.inferenceMs;
}
const wall = performance.now() - started;
const { user, system } = process.cpuUsage(cpu);
process.send({
  imagesPerSecond: (count / wall) * 1000,
  pixelsMs: sums.pixels / count,
  inferenceMs: sums.inference / count,
  cpuMs: (user + system) / 1000 / count,
});
