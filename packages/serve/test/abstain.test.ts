import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildModel, embedMetadata, writeModel } from '@saker/graph';
import { type RunningServer, startServer } from '@saker/serve';
import { evalPipeline, makeModelMetadata } from '@saker/spec';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { get, post } from './support/client.js';
import { LABELS, temporaryFolder } from './support/models.js';
import { jpeg } from './support/pictures.js';

const file = join(temporaryFolder(), 'unsure.onnx');
let server: RunningServer;

beforeAll(async () => {
  const metadata = makeModelMetadata({
    labels: LABELS,
    eval: evalPipeline({ size: 32 }),
    abstain: { threshold: 1 },
  });
  const graph = buildModel('small_cnn', { numClasses: LABELS.length, size: 32, seed: 7 });
  writeFileSync(file, writeModel(embedMetadata(graph, metadata)));
  server = await startServer({ model: file, port: 0, workers: 1 });
});
afterAll(() => server.close());

it('POST /predict names no class below the threshold, and still gives the nearest ones', async () => {
  const { status, body } = await post(`${server.url}/predict?topK=2`, await jpeg(1), 'image/jpeg');
  expect(status).toBe(200);
  expect(body).toMatchObject({ label: null, index: null, abstained: true });
  expect(body.topK).toHaveLength(2);
  expect(body.confidence).toBe(body.topK[0].confidence);
});

it('the v2 classification extension still answers, and the OpenAPI document tells of abstaining', async () => {
  const request = {
    inputs: [{ name: 'input', datatype: 'BYTES', shape: [1], data: [(await jpeg(1)).toString('base64')] }],
    outputs: [{ name: 'probabilities', parameters: { classification: 1 } }],
  };
  const { status, body } = await post(
    `${server.url}/v2/models/unsure/infer`,
    JSON.stringify(request),
    'application/json',
  );
  expect(status).toBe(200);
  expect(body.outputs[0].data).toHaveLength(1);
  const { body: openapi } = await get(`${server.url}/openapi.json`);
  expect(JSON.stringify(openapi)).toContain('"abstained"');
});
