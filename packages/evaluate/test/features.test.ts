import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { extractFeatures, Predictor } from '@saker/evaluate';
import { headOf, readModel, readTensor, tensorNumbers } from '@saker/graph';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { pictures, smallMetadata, smallModel, temporary } from './models.js';

let folder: Awaited<ReturnType<typeof temporary>>;
beforeAll(async () => {
  folder = await temporary();
});
afterAll(() => folder.remove());

it('gives the rows whose product with the classifier is what the model predicts', async () => {
  const paths = await pictures(folder.dir, 7);
  const model = readModel(smallModel());
  const { eval: pipeline } = smallMetadata().pipelines;
  const { rows, width, failures } = await extractFeatures(
    model,
    paths.map((path) => ({ path })),
    { pipeline, batchSize: 3 },
  );
  expect(failures).toEqual([]);
  const [weight, bias] = headOf(model).headParameters.map((name) =>
    tensorNumbers(readTensor(model.initializer(name)!)),
  );
  const predictor = await Predictor.load(smallModel());
  const predictions = await predictor.predict(paths);
  await predictor.close();
  predictions.forEach((prediction, n) => {
    const scores = bias!.map((b, k) =>
      rows.subarray(n * width, (n + 1) * width).reduce((sum, v, d) => sum + v * weight![k * width + d]!, b),
    );
    expect(prediction.ok && prediction.index).toBe(scores.indexOf(Math.max(...scores)));
  });
});

it('names a picture that cannot be read and leaves its row at zero', async () => {
  const broken = join(folder.dir, 'broken.jpg');
  await writeFile(broken, 'no picture');
  const { eval: pipeline } = smallMetadata().pipelines;
  const features = await extractFeatures(readModel(smallModel()), [{ path: broken }], { pipeline });
  expect(features.failures.map(({ path }) => path)).toEqual([broken]);
  expect(features.rows.every((v) => v === 0)).toBe(true);
});
