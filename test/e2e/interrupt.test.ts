import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { saker, serveModel, startSaker, temporaryFolder } from '../fixtures/saker.js';
import { writeShapes } from '../fixtures/shapes.js';
import { trainShapes } from '../fixtures/trained.js';

const { folder, remove } = temporaryFolder('interrupt');
const data = join(folder, 'shapes');

beforeAll(async () => {
  await writeShapes(data, 30);
});
afterAll(remove);

describe('Ctrl-C', () => {
  it('stops a training, keeps the best model so far, and exits with 130', async () => {
    const out = join(folder, 'stopped.onnx');
    const started = startSaker([
      ...['train', data, '--model', 'small_cnn', '--size', '32', '--epochs', '10000', '--batch-size', '8'],
      ...['--out', out, '--json'],
    ]);
    await started.saw(/^epoch 1\/10000/m);
    started.child.kill('SIGINT');
    const { status, json, stderr } = await started.done;
    expect(status).toBe(130);
    expect(json).toMatchObject({ stopped: 'cancelled', model: out });
    expect(json.epochs).toBeGreaterThanOrEqual(1);
    expect(stderr).toContain('stopping after this step');
    expect(existsSync(out)).toBe(true);
    const check = await saker(['evaluate', out, data, '--split', 'val', '--json']);
    expect(check.json.accuracy).toBeCloseTo(json.bestValAccuracy, 9);
  });

  it('lets a server finish the requests in flight and exits with 0', async () => {
    const { model } = await trainShapes(folder, 12, 1);
    const server = await serveModel(model);
    const { bytes } = await (await import('../fixtures/shapes.js')).drawShape('circle', 3);
    const requests = Array.from({ length: 8 }, () =>
      fetch(`${server.url}/predict`, {
        method: 'POST',
        body: new Uint8Array(bytes),
        headers: { 'content-type': 'image/jpeg' },
      }).then((response) => response.status),
    );
    const first = await Promise.race(requests);
    const run = await server.stop('SIGINT');
    expect(first).toBe(200);
    expect(await Promise.all(requests)).toEqual(requests.map(() => 200));
    expect(run.status).toBe(0);
  });
});
