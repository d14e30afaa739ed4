import { once } from 'node:events';
import { expect, it } from 'vitest';
import { form, post } from './support/client.js';
import { startCommand } from './support/command.js';
import { fastModel, temporaryFolder } from './support/models.js';
import { png } from './support/pictures.js';

const REQUESTS = 1_500;
/**
 * Bytes of a request that may outlive it. A closure that V8 puts beside long-lived objects (`object.field = function`)
 * keeps all of its request until the next whole collection: 14 KB, a collection every 700 uploads, and a tenth of a second
 * each time for whoever was waiting.
 */
const MOST_BYTES = 6_000;

it('requests leave little for whole collections of the heap, which would delay others', async () => {
  const { url, child } = await startCommand(fastModel(temporaryFolder()));
  try {
    const photo = await png();
    const upload = async (times: number): Promise<void> => {
      for (let i = 0; i < times; i++)
        expect((await post(`${url}/predict`, form([['a.png', photo]]))).status).toBe(200);
    };
    const oldBytes = async (): Promise<number> => {
      const text = await (await fetch(`${url}/metrics`)).text();
      return Number(/^nodejs_heap_space_size_used_bytes\{space="old"\} (\d+)/m.exec(text)?.[1]);
    };
    await upload(REQUESTS);
    const before = await oldBytes();
    await upload(REQUESTS);
    const grown = (await oldBytes()) - before;
    expect(before).toBeGreaterThan(0);
    expect(grown / REQUESTS).toBeLessThan(MOST_BYTES);
  } finally {
    child.kill('SIGTERM');
    await once(child, 'exit');
  }
});
