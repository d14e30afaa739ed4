// Trains, measures and serves a classifier from a program instead of the command line.
//   node main.mjs PHOTOS     PHOTOS is a folder of class folders
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { scanDataset } from '@saker/dataset';
import { evaluateModel, Predictor } from '@saker/evaluate';
import { startServer } from '@saker/serve';
import { fit as train } from '@saker/trainer';

const data = process.argv[2];
if (!data) throw new Error('usage: node main.mjs PHOTOS');
const folder = await mkdtemp(join(tmpdir(), 'saker-example-'));
try {
  const trained = await train(
    { data, model: 'small_cnn', size: 32, epochs: 5, batchSize: 16, out: join(folder, 'model.onnx') },
    {
      onEvent: (event) => {
        if (event.type !== 'epoch-end') return;
        console.log(
          `epoch ${event.result.epoch}: validation accuracy ${event.result.valAccuracy.toFixed(3)}`,
        );
      },
    },
  );

  const dataset = await scanDataset(data);
  const predictor = await Predictor.load(trained.model);
  const result = await evaluateModel(predictor, dataset.samples, { labels: dataset.classes });
  await predictor.close();
  console.log(`accuracy on all ${result.samples} pictures: ${result.accuracy.toFixed(3)}`);

  const server = await startServer({ model: trained.model, port: 0 });
  const picture = dataset.samples[0];
  const form = new FormData();
  form.append('file', new Blob([await readFile(picture.path)]), picture.name);
  const response = await fetch(`${server.url}/predict`, { method: 'POST', body: form });
  const { label, confidence } = await response.json();
  console.log(`${picture.name} is a ${label} (${(confidence * 100).toFixed(1)} %)`);
  await server.close();
} finally {
  await rm(folder, { recursive: true, force: true });
}
