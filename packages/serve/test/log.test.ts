import { startServer } from '@saker/serve';
import sharp from 'sharp';
import { expect, it } from 'vitest';
import { form, get, post } from './support/client.js';
import { memoryLog } from './support/log.js';
import { fastModel, overflowingModel, temporaryFolder } from './support/models.js';
import { jpeg } from './support/pictures.js';

const folder = temporaryFolder();

it('has one line per request, with its id and without bodies, queries or headers', async () => {
  const { stream, lines } = memoryLog();
  const server = await startServer({ model: fastModel(folder), port: 0, workers: 1, logger: { stream } });
  const photo = await jpeg();
  const headers = { 'x-request-id': 'req-7', authorization: 'Bearer hush' };
  await post(`${server.url}/predict?topK=1&key=hush`, form([['hush.jpg', photo]]), undefined, { headers });
  await get(`${server.url}/nope?key=hush`);
  await server.close();
  const requests = lines().filter(({ msg }) => msg === 'request');
  expect(requests).toHaveLength(2);
  expect(requests[0]).toMatchObject({ reqId: 'req-7', method: 'POST', path: '/predict', status: 200 });
  expect(requests[1]).toMatchObject({ method: 'GET', path: '/nope', status: 404 });
  expect(JSON.stringify(lines())).not.toContain('hush');
});

it('gets what a client must not see, under the request id that the client is told', async () => {
  const { stream, lines } = memoryLog();
  const server = await startServer({
    model: overflowingModel(folder),
    port: 0,
    workers: 1,
    logger: { stream },
  });
  const white = await sharp({ create: { width: 40, height: 40, channels: 3, background: 'white' } })
    .png()
    .toBuffer();
  const { status, body, headers } = await post(`${server.url}/predict`, white, 'image/png');
  const described = (await get(`${server.url}/v2/models/overflow`)).body;
  const input = {
    name: described.inputs[0].name,
    datatype: 'BYTES',
    shape: [1],
    data: [white.toString('base64')],
  };
  const protocol = await post(`${server.url}/v2/models/overflow/infer`, JSON.stringify({ inputs: [input] }));
  await server.close();
  expect([status, body.code]).toEqual([500, 'E_INTERNAL']);
  expect(body.detail).toContain(headers.get('x-request-id'));
  expect(JSON.stringify(body)).not.toContain('not a number');
  expect([protocol.status, protocol.body.code]).toEqual([500, 'E_INTERNAL']);
  expect(protocol.body.detail).toContain(protocol.headers.get('x-request-id'));
  const logged = lines().find(({ code }) => code === 'E_MODEL_RUN');
  expect(logged).toMatchObject({ reqId: headers.get('x-request-id') });
  expect(logged?.detail).toContain('not a number');
});
