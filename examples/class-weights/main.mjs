// Trains on classes of very unequal size, as they come and made up for, and measures both on as many of each class.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { scanDataset } from '@saker/dataset';
import { evaluateModel, Predictor } from '@saker/evaluate';
import { fit as trainModel } from '@saker/trainer';
import { drawTomatoes } from './pictures.mjs';

const folder = await mkdtemp(join(tmpdir(), 'saker-class-weights-'));

/** Mean recall of the classes: each counts alike, however many pictures it has. */
async function balancedAccuracy(model, test) {
  const predictor = await Predictor.load(model);
  const { perClass } = await evaluateModel(predictor, test.samples, { labels: test.classes });
  await predictor.close();
  return perClass.reduce((sum, { recall }) => sum + recall, 0) / perClass.length;
}

try {
  const train = await drawTomatoes(join(folder, 'train'), { ripe: 240, turning: 24, unripe: 15 }, 1);
  const drawn = await drawTomatoes(join(folder, 'test'), { ripe: 80, turning: 80, unripe: 80 }, 2);
  const test = await scanDataset(drawn);

  async function run(name, options) {
    const { model } = await trainModel(
      {
        ...{ data: train, model: 'small_cnn', size: 24, epochs: 8, batchSize: 32, scale: [0.8, 1], seed: 1 },
        ...{ out: join(folder, `${name}.onnx`), ...options },
      },
      {
        onEvent: (event) => {
          if (event.type !== 'run-start' || name === 'baseline') return;
          const { counts, weights, perEpoch } = event.balance;
          const said = event.classes.map(
            (label, i) =>
              `${label} ${counts[i]} pictures, weight ${(weights?.[i] ?? 1).toFixed(2)}, ${perEpoch[i]} an epoch`,
          );
          console.log(`${name}: ${said.join('; ')}`);
        },
      },
    );
    const value = await balancedAccuracy(model, test);
    console.log(`${name}: balanced accuracy ${value.toFixed(3)}`);
    return value;
  }

  const baseline = await run('baseline', {});
  const weighted = await run('class weights', { classWeights: 'inverse' });
  const sampled = await run('balanced sampler', { sampler: 'balanced' });
  process.exitCode = weighted > baseline && sampled > baseline ? 0 : 1;
} finally {
  await rm(folder, { recursive: true, force: true });
}
