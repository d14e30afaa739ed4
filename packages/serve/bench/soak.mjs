/**
 * Hot reloads and worker deaths under load: every accepted request must be answered, and memory must stay flat.
 *   node bench/soak.mjs [--reloads 200] [--kills 20] [--connections 8]
 */
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { buildModel, embedMetadata, writeModel } from '@saker/graph';
import { startServer } from '@saker/serve';
import { runLoad } from '@saker/serve/load';
import { evalPipeline, makeModelMetadata } from '@saker/spec';
import sharp from 'sharp';

const { values } = parseArgs({
  options: {
    reloads: { type: 'string', default: '200' },
    kills: { type: 'string', default: '20' },
    connections: { type: 'string', default: '8' },
  },
});
const folder = mkdtempSync(join(tmpdir(), 'saker-soak-'));
const version = join(folder, 'repository', 'net', '1');
mkdirSync(version, { recursive: true });
const file = (size) => {
  const metadata = makeModelMetadata({ labels: ['a', 'b', 'c'], eval: evalPipeline({ size }) });
  const path = join(folder, `${size}.onnx`);
  writeFileSync(
    path,
    writeModel(embedMetadata(buildModel('small_cnn', { numClasses: 3, size, seed: 1 }), metadata)),
  );
  return path;
};
const files = [file(32), file(48)];
copyFileSync(files[0], join(version, 'model.onnx'));
const noise = {
  create: {
    width: 320,
    height: 240,
    channels: 3,
    background: '#888',
    noise: { type: 'gaussian', mean: 128, sigma: 40 },
  },
};
const photo = await sharp(noise).jpeg().toBuffer();

const server = await startServer({ model: join(folder, 'repository'), port: 0, workers: 2, threads: 1 });
const { models } = server.app;
const [reloads, kills] = [Number(values.reloads), Number(values.kills)];
let stop = false;
const statuses = {};
const load = (async () => {
  while (!stop) {
    const result = await runLoad({
      url: server.url,
      pictures: [photo],
      seconds: 2,
      connections: Number(values.connections),
    });
    for (const [status, count] of Object.entries(result.statuses))
      statuses[status] = (statuses[status] ?? 0) + count;
  }
})();
const memory = [];
for (let i = 1; i <= reloads; i++) {
  copyFileSync(files[i % 2], join(version, 'model.onnx'));
  await models.load('net');
  if (i % Math.max(1, Math.floor(reloads / kills)) === 0) await models.get('net').pool.crashWorker(i % 2);
  if (i % 10 === 0) {
    globalThis.gc?.();
    memory.push(Math.round(process.memoryUsage().rss / 2 ** 20));
  }
}
stop = true;
await load;
await server.close();
rmSync(folder, { recursive: true });
console.log(JSON.stringify({ reloads, kills, statuses, rssMiB: memory }));
const failed = Object.entries(statuses).filter(([status]) => status !== '200');
process.exitCode = failed.length > 0 ? 1 : 0;
