#!/usr/bin/env node
/**
 * Runs many pictures through the loader and watches the memory of the process: it must not grow with their number.
 *
 *   node tools/bench/loader-soak.mjs [FOLDER] [--images 200000] [--pipeline train224] [--threads N] [--batch-size 32]
 *       [--cache encoded|decoded --cache-mb 64] [--json]
 *
 * Without FOLDER it makes 240 pictures of its own: JPEG, progressive JPEG, PNG, WebP, grey, turned, and some that fail.
 * Warm-up is a tenth as many pictures, and two epochs at least. Then epochs are shuffled and repeated until the number
 * is reached. The figure is resident memory after a garbage collection, at 100 moments. It fails (exit 1) when the median
 * of the last tenth of them is more than 5% above that of the first tenth.
 */
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { compilePipeline, Loader } from '@saker/core-native';
import { pipelinePreset } from '@saker/spec';
import { memoryGrowth } from '../lib/memory-growth.mjs';

const MOMENTS = 100;
const ALLOWED_GROWTH = 0.05;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    images: { type: 'string', default: '200000' },
    pipeline: { type: 'string', default: 'train224' },
    threads: { type: 'string', default: String(availableParallelism()) },
    'batch-size': { type: 'string', default: '32' },
    cache: { type: 'string' },
    'cache-mb': { type: 'string', default: '64' },
    json: { type: 'boolean', default: false },
  },
});

const say = (text) => {
  if (!values.json) process.stdout.write(`${text}\n`);
};

async function makePictures(folder) {
  const { default: sharp } = await import('sharp');
  const kinds = [
    (image) => image.jpeg({ quality: 85 }),
    (image) => image.jpeg({ quality: 90, progressive: true }),
    (image) => image.jpeg({ chromaSubsampling: '4:4:4' }).withMetadata({ orientation: 6 }),
    (image) => image.png({ compressionLevel: 3 }),
    (image) => image.webp({ quality: 80, effort: 0 }),
    (image) => image.greyscale().jpeg(),
  ];
  for (let i = 0; i < 240; i++) {
    const noise = { type: 'gaussian', mean: 40 + (i % 150), sigma: 10 + (i % 40) };
    const create = { width: 200 + 13 * (i % 31), height: 180 + 17 * (i % 23), channels: 3, noise };
    const bytes = await kinds[i % kinds.length](
      sharp({ create: { background: 'grey', ...create } }),
    ).toBuffer();
    writeFileSync(join(folder, `p${i}`), i % 60 === 59 ? bytes.subarray(0, bytes.length / 2) : bytes);
  }
}

function filesOf(folder) {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();
  return names.map((name) => join(folder, name)).filter((path) => statSync(path).isFile());
}

async function soak(paths, images) {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc');
  const cache = values.cache && { kind: values.cache, bytes: Number(values['cache-mb']) * 2 ** 20 };
  const loader = new Loader({
    pipeline: compilePipeline(pipelinePreset(values.pipeline)),
    samples: paths.map((path) => ({ path, label: 0 })),
    batchSize: Number(values['batch-size']),
    threads: Number(values.threads),
    shuffle: true,
    ...(cache && { cache }),
  });
  const warmUp = Math.max(images / 10, 2 * paths.length);
  const rss = [];
  let done = -warmUp;
  for (let epoch = 0; done < images; epoch++) {
    for await (const batch of loader.epoch(epoch)) {
      done += batch.count;
      batch.release();
      while (rss.length < Math.min(MOMENTS, (done * MOMENTS) / images)) {
        collect();
        rss.push(process.memoryUsage.rss());
        if (rss.length % 10 === 0) {
          const { recentImagesPerSecond, waitShare } = loader.stats();
          const now = `${Math.round(rss.at(-1) / 2 ** 20)} MiB, ${Math.round(recentImagesPerSecond)} images/s`;
          say(
            `${String(Math.round(done)).padStart(8)} images  ${now}, reader waits ${Math.round(waitShare * 100)}%`,
          );
        }
      }
      if (done >= images) break;
    }
  }
  const stats = loader.stats();
  loader.close();
  return { rss, stats };
}

const made = positionals[0] === undefined ? mkdtempSync(join(tmpdir(), 'saker-soak-')) : null;
try {
  if (made !== null) await makePictures(made);
  const paths = filesOf(made ?? positionals[0]);
  if (paths.length === 0) throw new Error(`no files in ${positionals[0]}`);
  const { rss, stats } = await soak(paths, Number(values.images));
  const { before, after, growth, passed } = memoryGrowth(rss, ALLOWED_GROWTH);
  const result = {
    files: paths.length,
    images: stats.images,
    failed: stats.failed,
    imagesPerSecond: stats.imagesPerSecond,
    rssBeforeBytes: before,
    rssAfterBytes: after,
    rssHighestBytes: Math.max(...rss),
    growth,
    passed,
    ...(values.cache && { cacheBytes: stats.cacheBytes, cacheHits: stats.cacheHits }),
  };
  if (values.json) process.stdout.write(`${JSON.stringify(result)}\n`);
  const percent = (growth * 100).toFixed(2);
  say(`${passed ? 'passed' : 'FAILED'}: resident memory ${percent}% from the first tenth to the last`);
  process.exitCode = passed ? 0 : 1;
} finally {
  if (made !== null) rmSync(made, { recursive: true, force: true });
}
