/**
 * The table of tools/gpu/run: images per second of the loader on the CPU and on the CUDA device.
 *   node tools/gpu/bench.mjs FOLDER [ROUNDS]
 * Every row runs in alternating rounds of this process; medians. One round warms the disk cache and the device.
 */
import { readdirSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import { join } from 'node:path';
import { capabilities, compilePipeline, Loader } from '@saker/core-native';
import { pipelinePreset } from '@saker/spec';

const [folder, given = '5'] = process.argv.slice(2);
const rounds = Number(given);
const paths = readdirSync(folder, { recursive: true })
  .filter((name) => /\.jpe?g$/i.test(name))
  .sort()
  .map((name) => join(folder, name));
if (paths.length === 0) throw new Error(`no .jpg in ${folder}`);
// Enough pictures for the device to be busy: the folder some times over, each sample drawn anew.
const copies = Math.max(1, Math.ceil(2048 / paths.length));
const samples = Array.from({ length: copies * paths.length }, (_, i) => ({
  path: paths[i % paths.length],
  label: 0,
}));

const devices = [
  { name: 'cpu', options: {} },
  { name: 'cuda', options: { device: 'cuda' } },
  { name: 'cuda, nvJPEG', options: { device: 'cuda', jpegDecoder: 'nvjpeg' } },
];
const rows = ['train224', 'train224-jitter'].flatMap((preset) => {
  const pipeline = compilePipeline(pipelinePreset(preset));
  return devices.map(({ name, options }) => ({
    preset,
    name,
    rates: [],
    loader: new Loader({ pipeline, samples, batchSize: 128, ...options }),
  }));
});

async function rate(loader, epoch) {
  const start = performance.now();
  let failed = 0;
  for await (const batch of loader.epoch(epoch)) {
    failed += batch.statuses.filter((status) => status !== null).length;
    batch.release();
  }
  if (failed > 0) throw new Error(`${failed} pictures failed`);
  return samples.length / ((performance.now() - start) / 1000);
}

const middle = (values) => [...values].sort((a, b) => a - b)[values.length >> 1];

for (let round = 0; round <= rounds; round += 1) {
  for (const row of rows) {
    const found = await rate(row.loader, round);
    if (round > 0) row.rates.push(found);
  }
}
const { cuda, simdTarget } = capabilities();
console.log(
  `${cpus()[0]?.model}, ${availableParallelism()} threads, ${simdTarget}; ${cuda.devices[0]?.name}`,
);
console.log(
  `${new Date().toISOString().slice(0, 10)}, ${samples.length} samples of ${paths.length} photos, ${rounds} rounds`,
);
console.log('| pipeline | device | images/s | to nvJPEG | on the CPU after all |');
console.log('|---|---|---:|---:|---:|');
for (const { preset, name, rates, loader } of rows) {
  const { nvjpegSent, nvjpegFallbacks } = loader.stats();
  const cells = [preset, name, middle(rates).toFixed(0), nvjpegSent, nvjpegFallbacks];
  console.log(`| ${cells.join(' | ')} |`);
  loader.close();
}
