import { type RunningServer, startServer } from '@saker/serve';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { get, post } from './support/client.js';
import { temporaryFolder, unsureModel } from './support/models.js';
import { jpeg } from './support/pictures.js';

const model = unsureModel(temporaryFolder());
let server: RunningServer;

beforeAll(async () => {
  server = await startServer({ model, port: 0, workers: 1 });
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
