// A small network learns from pictures whose labels are often wrong: alone, and with a teacher that saw few but right ones.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { scanDataset } from '@saker/dataset';
import { evaluateModel, Predictor } from '@saker/evaluate';
import { fit as trainModel } from '@saker/trainer';
import { drawMarks } from './pictures.mjs';

const folder = await mkdtemp(join(tmpdir(), 'saker-distillation-'));

try {
  const clean = await drawMarks(join(folder, 'clean'), 80, 1);
  const noisy = await drawMarks(join(folder, 'noisy'), 100, 2, 0.45);
  const test = await scanDataset(await drawMarks(join(folder, 'test'), 50, 3));

  async function run(name, options) {
    const { model } = await trainModel({
      ...{ size: 24, batchSize: 32, optimizer: 'adamw', scale: [0.8, 1], seed: 1, patience: null },
      ...{ out: join(folder, `${name}.onnx`), ...options },
    });
    const predictor = await Predictor.load(model);
    const { accuracy } = await evaluateModel(predictor, test.samples, { labels: test.classes });
    await predictor.close();
    console.log(`${name}: accuracy ${accuracy.toFixed(3)}`);
    return { model, accuracy };
  }

  const teacher = await run('teacher', { data: clean, model: 'resnet8', epochs: 10 });
  const student = { data: noisy, model: 'small_cnn', epochs: 12 };
  const baseline = await run('student alone', student);
  const distilled = await run('student with teacher', {
    ...student,
    ...{ teacher: teacher.model, distillAlpha: 0.9, distillTemperature: 3, distillFeatures: 10 },
  });
  process.exitCode = distilled.accuracy > baseline.accuracy ? 0 : 1;
} finally {
  await rm(folder, { recursive: true, force: true });
}
