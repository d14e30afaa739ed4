import { startServer } from '@saker/serve';
import sharp from 'sharp';
import { expect, it } from 'vitest';
import { post } from '../support/client.js';
import { fastModel, temporaryFolder } from '../support/models.js';
import { jpeg } from '../support/pictures.js';
import { expectProblem } from '../support/problem.js';

const folder = temporaryFolder();

/** A progressive JPEG whose first scan comes 400 times: few bytes, few pixels, and a pass over the picture for each. */
async function progressiveBomb(): Promise<Buffer> {
  const noise = { type: 'gaussian', mean: 128, sigma: 40 } as const;
  const picture = await sharp({ create: { width: 900, height: 900, channels: 3, background: 'red', noise } })
    .jpeg({ progressive: true, quality: 90 })
    .toBuffer();
  const begin = picture.indexOf(Buffer.from([0xff, 0xda]));
  let end = begin + 2;
  while (picture[end] !== 0xff || picture[end + 1] === 0) end++;
  const scans = Array.from({ length: 400 }, () => picture.subarray(begin, end));
  return Buffer.concat([picture.subarray(0, begin), ...scans, picture.subarray(end)]);
}

it('a picture that takes too long to decode is refused, and its worker goes on', async () => {
  const server = await startServer({ model: fastModel(folder), port: 0, workers: 1, maxDecodeMs: 50 });
  const url = `${server.url}/predict`;
  try {
    expectProblem(await post(url, await progressiveBomb(), 'image/jpeg'), 'E_IMAGE_TIMEOUT');
    expect((await post(url, await jpeg(), 'image/jpeg')).status).toBe(200);
  } finally {
    await server.close();
  }
});
