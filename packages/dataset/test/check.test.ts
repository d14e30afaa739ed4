import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { checkSamples, scanDataset, splitDataset } from '@saker/dataset';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { folderOf, picture } from './pictures.js';

let dir = '';
let remove = async () => {};

beforeAll(async () => {
  const jpeg = await picture(9, 'jpeg', 64);
  ({ dir, remove } = await folderOf({
    'cat/1.png': await picture(1),
    'cat/2.jpg': await picture(2, 'jpeg'),
    'cat/empty.jpg': '',
    'dog/1.png': await picture(3),
    'dog/2.png': await picture(4),
    'dog/cut.jpg': jpeg.subarray(0, 40),
    'dog/text.png': 'this is no picture',
    'dog/photo.heic': 'ftypheic',
  }));
});
afterAll(() => remove());

describe('checkSamples', () => {
  it('names the pictures that cannot be read, and leaves the others in order', async () => {
    const data = await scanDataset(dir);
    const seen: number[] = [];
    const { good, bad } = await checkSamples(data.samples, {
      threads: 3,
      onProgress: (done, total) => seen.push(done / total),
    });
    expect(good.map((s) => s.name)).toEqual(['cat/1.png', 'cat/2.jpg', 'dog/1.png', 'dog/2.png']);
    expect(bad.map((b) => [b.path.slice(dir.length + 1), b.error.code])).toEqual([
      ['cat/empty.jpg', 'E_IMAGE_EMPTY'],
      ['dog/cut.jpg', 'E_IMAGE_TRUNCATED'],
      ['dog/photo.heic', 'E_IMAGE_FORMAT'],
      ['dog/text.png', 'E_IMAGE_FORMAT'],
    ]);
    for (const { error, path } of bad) expect(error.message).toContain(path);
    expect(seen).toHaveLength(8);
    expect(seen.at(-1)).toBe(1);
  });

  it('names a file that is gone', async () => {
    const data = await scanDataset(dir);
    const gone = join(dir, 'cat', '1.png');
    await rm(gone);
    const { bad } = await checkSamples(data.samples);
    expect(bad[0]).toMatchObject({ path: gone, error: { code: 'E_FILE_NOT_FOUND' } });
  });

  it('feeds splitDataset, which then counts only usable pictures', async () => {
    const data = await scanDataset(dir);
    const { good } = await checkSamples(data.samples);
    expect(() => splitDataset({ ...data, samples: good })).toThrow('Class cat has 1 usable picture(s)');
  });

  it('bears an empty list', async () => {
    expect(await checkSamples([])).toEqual({ good: [], bad: [] });
  });
});
