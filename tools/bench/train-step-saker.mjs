// Saker's side of train-step.mjs: answers "steps N" and "epoch" on stdin, as train_step.py does.
import { createInterface } from 'node:readline';
import { compilePipeline, Loader } from '@saker/core-native';
import { TrainableModel, torchCapabilities } from '@saker/core-native/autograd';
import { scanDataset } from '@saker/dataset';
import { buildModel, toProgram } from '@saker/graph';
import { pipelinePreset } from '@saker/spec';

const [name, ...numbers] = process.argv.slice(2);
const [batch, size, threads] = numbers.map(Number);
const folder = numbers[3];

const model = TrainableModel.create(toProgram(buildModel(name, { numClasses: 1000, size, seed: 0 })), {
  threads,
});
const params = model
  .parameters()
  .filter((p) => !p.isBuffer)
  .map((p) => p.name);
await model.configureOptimizer({ type: 'sgd', momentum: 0.9, groups: [{ params, lr: 0.01 }] });
const input = Float32Array.from(
  { length: batch * 3 * size * size },
  (_, i) => ((i * 2654435761) % 2 ** 32) / 2 ** 31 - 1,
);
const labels = Int32Array.from({ length: batch }, (_, i) => i % 10);
let step = 0;
const loader = folder ? await openLoader() : null;

async function openLoader() {
  const { samples } = await scanDataset(folder);
  return new Loader({
    pipeline: compilePipeline(pipelinePreset('train224')),
    samples: samples.map(({ path, label }, id) => ({ path, label, id })),
    batchSize: batch,
    shuffle: true,
    seed: 0,
    threads,
    prefetch: 4,
    dropLast: true,
  });
}

/** One epoch end to end; the time that the steps waited for pictures. */
async function epoch() {
  let images = 0;
  let waitMs = 0;
  for await (const pictures of loader.epoch(step)) {
    try {
      await model.trainStep({ input: pictures }, { step: step++ });
      images += batch;
      waitMs += pictures.waitMs;
    } finally {
      pictures.release();
    }
  }
  return { images, waitMs };
}

console.log(JSON.stringify({ version: torchCapabilities().version }));
for await (const line of createInterface({ input: process.stdin })) {
  const start = performance.now();
  const cpu = process.cpuUsage();
  let answer;
  if (line.startsWith('epoch')) {
    answer = await epoch();
  } else {
    const batchInput = { input, shape: [batch, size, size, 3], layout: 'NHWC', labels };
    const steps = Number(line.split(' ')[1]);
    for (let n = 0; n < steps; n++) await model.trainStep(batchInput, { step: step++ });
    answer = { images: steps * batch };
  }
  const seconds = (performance.now() - start) / 1000;
  const used = process.cpuUsage(cpu);
  const loaderWait = answer.waitMs === undefined ? {} : { loaderWait: answer.waitMs / 1000 / seconds };
  console.log(
    JSON.stringify({ seconds, cpu: (used.user + used.system) / 1e6, images: answer.images, ...loaderWait }),
  );
}
loader?.close();
await model.close();
