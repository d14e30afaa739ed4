// Trains a multi-label model, and for comparison a single-label one of the same network that can tell one label only.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { scanDataset } from '@saker/dataset';
import { evaluateMultiLabel, multiLabelFigures, Predictor } from '@saker/evaluate';
import { fit as trainModel } from '@saker/trainer';
import { drawPictures } from './pictures.mjs';

const folder = await mkdtemp(join(tmpdir(), 'saker-multi-label-'));
const recipe = { model: 'small_cnn', size: 24, epochs: 10, batchSize: 32, scale: [0.8, 1], seed: 1 };

/** The first label of each picture that has some: all that a single-label model can be taught. */
async function firstLabels(manifest) {
  const [, ...rows] = (await readFile(manifest, 'utf8')).trim().split('\n');
  const named = rows.map((row) => row.split(',')).filter(([, labels]) => labels !== '');
  const file = join(dirname(manifest), 'first-labels.csv');
  const lines = named.map(([path, labels]) => `${path},${labels.split('|')[0]}`);
  await writeFile(file, `path,label\n${lines.join('\n')}\n`);
  return file;
}

try {
  const train = await drawPictures(join(folder, 'train'), 240, 1);
  const test = await scanDataset(await drawPictures(join(folder, 'test'), 120, 2));

  const many = await trainModel({ ...recipe, data: train, task: 'multi', out: join(folder, 'many.onnx') });
  const predictor = await Predictor.load(many.model);
  const figures = await evaluateMultiLabel(predictor, test.samples, { labels: test.classes });
  const [{ labels }] = await predictor.predict([test.samples[0].path]);
  await predictor.close();
  console.log(`multi-label: mAP ${figures.mAP.toFixed(3)}, micro F1 ${figures.microF1.toFixed(3)}`);
  console.log(`${test.samples[0].name} shows ${labels.map(({ label }) => label).join(', ') || 'nothing'}`);

  const one = await trainModel({ ...recipe, data: await firstLabels(train), out: join(folder, 'one.onnx') });
  const single = await Predictor.load(one.model);
  const { probabilities } = await single.predictSamples(test.samples);
  await single.close();
  const truth = test.samples.flatMap((s) => test.classes.map((_, c) => Number(s.labels.includes(c))));
  const told = probabilities.flatMap((p) => [...p].map((v) => Number(v === Math.max(...p))));
  const baseline = multiLabelFigures(
    truth,
    told,
    test.classes.map(() => 0.5),
  );
  console.log(`single-label baseline: micro F1 ${baseline.microF1.toFixed(3)}`);
  process.exitCode = figures.microF1 > baseline.microF1 ? 0 : 1;
} finally {
  await rm(folder, { recursive: true, force: true });
}
