import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { preprocess, scanDataset } from '@saker/dataset';
import { evalPipeline } from '@saker/spec';
import { afterAll, describe, expect, it } from 'vitest';
import { picture } from './pictures.js';
import { tar } from './tars.js';

const root = mkdtempSync(join(tmpdir(), 'saker-multi-shards-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

async function manifest(): Promise<string> {
  for (const [i, name] of ['a.png', 'b.png', 'c.png'].entries())
    writeFileSync(join(root, name), await picture(1000 * (i + 1)));
  const file = join(root, 'labels.csv');
  writeFileSync(file, 'path,labels\na.png,sea|dog\nb.png,\nc.png,cat\n');
  return file;
}

describe('shards of pictures with several labels', { timeout: 60_000 }, () => {
  it('carry every label from a manifest to the scan of the shards', async () => {
    const data = await manifest();
    const out = join(root, 'shards');
    await preprocess({ data, out, shardSize: 2 });
    const [before, after] = [await scanDataset(data), await scanDataset(out)];
    expect(after.classes).toEqual(['cat', 'dog', 'sea']);
    expect(after.multiLabel).toBe(true);
    expect(after.samples.map(({ name, labels }) => [name, labels])).toEqual(
      before.samples.map(({ name, labels }) => [name, labels]),
    );
  });

  it('are not written as tensors, which have one label each', async () => {
    await expect(
      preprocess({
        data: await manifest(),
        out: join(root, 'npy'),
        format: 'npy',
        pipeline: evalPipeline({ size: 16 }),
      }),
    ).rejects.toMatchObject({ code: 'E_DATA_TASK', message: expect.stringMatching(/webdataset/) });
  });

  it('are refused where some samples have lists and others one label, and where a list is none', async () => {
    const png = await picture(1000);
    const shard = (files: Record<string, string>): string => {
      const file = join(
        root,
        `odd-${Object.keys(files).length}-${Math.abs(JSON.stringify(files).length)}.tar`,
      );
      const members = Object.entries(files).flatMap(([key, json]) => [
        { name: `${key}.png`, content: png },
        { name: `${key}.json`, content: json },
      ]);
      writeFileSync(file, tar(members));
      return file;
    };
    await expect(scanDataset(shard({ a: '{"labels":["x"]}', b: '{"label":"y"}' }))).rejects.toMatchObject({
      code: 'E_DATA_SHARDS',
      message: expect.stringMatching(/1 of 2 samples/),
    });
    await expect(scanDataset(shard({ a: '{"labels":[{}]}' }))).rejects.toMatchObject({
      code: 'E_DATA_SHARDS',
      message: expect.stringMatching(/labels of sample a/),
    });
  });
});
