/** What a benchmark uses where no model and no pictures are given. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const MOST_PICTURES = 100;
const [WIDTH, HEIGHT] = [500, 375];
const DRAWN = 16;

/** The first JPEG and PNG files of a folder, or, without one, drawn JPEGs. */
export async function pictures(folder) {
  if (folder === undefined) return Promise.all(Array.from({ length: DRAWN }, (_, seed) => drawn(seed)));
  return readdirSync(folder)
    .filter((name) => /\.(jpe?g|png)$/i.test(name))
    .sort()
    .slice(0, MOST_PICTURES)
    .map((name) => readFileSync(join(folder, name)));
}

/** Waves with grain: about as many bytes as a photo of this size. */
async function drawn(seed) {
  const { default: sharp } = await import('sharp');
  const row = WIDTH * 3;
  const data = Buffer.alloc(row * HEIGHT);
  for (let i = 0; i < data.length; i++)
    data[i] = 128 + 100 * Math.sin(((i % row) + (i / row) * (seed + 1)) / 40) + ((i * 2654435761) % 27);
  return sharp(data, { raw: { width: WIDTH, height: HEIGHT, channels: 3 } })
    .jpeg({ quality: 90 })
    .toBuffer();
}

/** The path of a MobileNetV2 with drawn weights, written into `folder`: it takes as long as a trained one. */
export async function sampleModel(folder) {
  const { buildModel, embedMetadata, writeModel } = await import('@saker/graph');
  const { evalPipeline, makeModelMetadata } = await import('@saker/spec');
  const labels = Array.from({ length: 1000 }, (_, i) => `class ${i}`);
  const metadata = makeModelMetadata({ labels, eval: evalPipeline({ size: 224 }) });
  const file = join(folder, 'mobilenet_v2.onnx');
  const graph = buildModel('mobilenet_v2', { numClasses: labels.length, seed: 1 });
  writeFileSync(file, writeModel(embedMetadata(graph, metadata)));
  return file;
}
