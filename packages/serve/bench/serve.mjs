/**
 * Requests per second, latency and CPU per request of the server, beside the same work without a server.
 *   node bench/serve.mjs [--model FILE.onnx] [--labels FILE] [--images FOLDER] [--connections 8,32] [--seconds 5]
 *                        [--rounds 3] [--workers N] [--threads N] [--json]
 * Each trial is a process of its own; floor and server alternate. The load generator shares the machine.
 */
import { fork } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import autocannon from 'autocannon';
import { loadTrial } from './load.mjs';
import { printRows, spread } from './rows.mjs';

const { values } = parseArgs({
  options: {
    model: { type: 'string' },
    labels: { type: 'string' },
    images: { type: 'string' },
    connections: { type: 'string', default: '8,32' },
    seconds: { type: 'string', default: '5' },
    rounds: { type: 'string', default: '3' },
    workers: { type: 'string' },
    threads: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});

const folder = mkdtempSync(join(tmpdir(), 'saker-bench-'));
try {
  const model = values.model ?? (await zooModel(folder));
  const photos = values.images ? readPhotos(values.images) : await drawPhotos();
  const trial = {
    model,
    labels: values.labels ? readFileSync(values.labels, 'utf8').trim().split('\n') : null,
    workers: values.workers && Number(values.workers),
    threads: values.threads && Number(values.threads),
  };
  const photoFile = join(folder, 'photos.json');
  writeFileSync(photoFile, JSON.stringify(photos.map((photo) => photo.toString('base64'))));
  const results = await run(trial, photos, photoFile);
  const machine = `${cpus()[0]?.model ?? 'unknown'}, ${availableParallelism()} cores, node ${process.version}`;
  if (values.json) console.log(JSON.stringify({ machine, model, photos: photos.length, results }));
  else {
    console.log(machine);
    printRows(results);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function run(trial, photos, photoFile) {
  const seconds = Number(values.seconds);
  const rows = new Map();
  const add = (name, row) => rows.set(name, [...(rows.get(name) ?? []), row]);
  for (let round = 0; round < Number(values.rounds); round++) {
    add('floor', await child('floor.mjs', { ...trial, photoFile, seconds }, (_, message) => message));
    for (const connections of values.connections.split(',').map(Number)) {
      const row = await child('server.mjs', trial, (server, { url }) =>
        loadTrial({ autocannon, server, url, photos, connections, seconds }),
      );
      add(`serve, ${connections} connections`, row);
    }
  }
  return Object.fromEntries([...rows].map(([name, all]) => [name, spread(all)]));
}

/** Runs one trial in a fresh process: waits for its first message, then does `work` with it. */
async function child(file, options, work) {
  const process_ = fork(fileURLToPath(new URL(file, import.meta.url)), [JSON.stringify(options)]);
  try {
    const message = await new Promise((resolve, reject) => {
      process_.once('message', resolve);
      process_.once('exit', (code) => reject(new Error(`${file} ended with code ${code}`)));
    });
    return await work(process_, message);
  } finally {
    process_.kill('SIGKILL');
  }
}

function readPhotos(path) {
  const names = readdirSync(path).filter((name) => /\.(jpe?g|png)$/i.test(name));
  return names.sort().map((name) => readFileSync(join(path, name)));
}

async function drawPhotos() {
  const { default: sharp } = await import('sharp');
  const [width, height] = [500, 375];
  return Promise.all(
    Array.from({ length: 16 }, (_, seed) => {
      const data = Buffer.alloc(width * height * 3);
      for (let i = 0; i < data.length; i++)
        data[i] =
          128 +
          100 * Math.sin(((i % (width * 3)) + (i / (width * 3)) * (seed + 1)) / 40) +
          ((i * 2654435761) % 27);
      return sharp(data, { raw: { width, height, channels: 3 } })
        .jpeg({ quality: 90 })
        .toBuffer();
    }),
  );
}

async function zooModel(into) {
  const { buildModel, embedMetadata, writeModel } = await import('@saker/graph');
  const { evalPipeline, makeModelMetadata } = await import('@saker/spec');
  const labels = Array.from({ length: 1000 }, (_, i) => `class ${i}`);
  const graph = buildModel('mobilenet_v2', { numClasses: labels.length, seed: 1 });
  const file = join(into, 'mobilenet_v2.onnx');
  writeFileSync(
    file,
    writeModel(embedMetadata(graph, makeModelMetadata({ labels, eval: evalPipeline({ size: 224 }) }))),
  );
  return file;
}
