import { startServer } from '@saker/serve';
import { Random } from '@saker/spec';
import { expect, it } from 'vitest';
import { post, until } from './support/client.js';
import { fastModel, temporaryFolder } from './support/models.js';
import { jpeg, png } from './support/pictures.js';

const folder = temporaryFolder();
const REQUESTS = 600;
const AT_ONCE = 8;
const SEED = 20_260_101;

/** Flips bytes, cuts the end off, or repeats a piece. */
function mutate(body: Buffer, below: (n: number) => number): Buffer {
  const copy = Buffer.from(body);
  const kind = below(4);
  if (kind === 0) return copy.subarray(0, below(copy.length));
  if (kind === 1) {
    const at = below(copy.length);
    const piece = copy.subarray(at, at + below(200));
    return Buffer.concat([copy.subarray(0, at), piece, piece, copy.subarray(at)]);
  }
  for (let flips = 1 + below(20); flips > 0; flips--) copy[below(copy.length)] = below(256);
  // The head holds the structure: damage there reaches more code.
  if (kind === 2)
    for (let flips = 4; flips > 0; flips--) copy[below(Math.min(200, copy.length))] = below(256);
  return copy;
}

it(`answers ${REQUESTS} mutated requests with a picture's result or a client error, never a 5xx`, async () => {
  const [photo, drawing] = [await jpeg(), await png()];
  const head = '--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n';
  const forms: [type: string, body: Buffer][] = [
    ['image/jpeg', photo],
    ['image/png', drawing],
    ['application/json', Buffer.from(JSON.stringify({ image: photo.toString('base64') }))],
    ['application/json', Buffer.from(JSON.stringify({ images: [drawing.toString('base64'), ''] }))],
    [
      'multipart/form-data; boundary=b',
      Buffer.concat([Buffer.from(head), photo, Buffer.from('\r\n--b--\r\n')]),
    ],
  ];
  const server = await startServer({ model: fastModel(folder), port: 0, workers: 2 });
  const random = new Random(SEED);
  const below = (n: number): number => (n === 0 ? 0 : random.below(n));
  const statuses = new Map<number, number>();
  try {
    for (let sent = 0; sent < REQUESTS; sent += AT_ONCE) {
      const batch = Array.from({ length: AT_ONCE }, (_, i) => {
        const [type, body] = forms[(sent + i) % forms.length]!;
        return [type, mutate(body, below)] as const;
      });
      const replies = await Promise.all(
        batch.map(([type, body]) => post(`${server.url}/predict`, body, type)),
      );
      for (const { status } of replies) statuses.set(status, (statuses.get(status) ?? 0) + 1);
    }
    expect([...statuses.keys()].filter((status) => status >= 500)).toEqual([]);
    expect([...statuses.values()].reduce((a, b) => a + b)).toBe(REQUESTS);
    for (const status of [200, 400, 415, 422]) expect(statuses.get(status)).toBeGreaterThan(0);
    expect((await post(`${server.url}/predict`, photo, 'image/jpeg')).status).toBe(200);
    await until(() => server.app.bodyBudget.heldBytes === 0);
  } finally {
    await server.close();
  }
});
