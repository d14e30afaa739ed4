import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { folderOf, picture } from '../test/pictures.js';
import { scanDataset } from './scan.js';
import { missingClasses, splitDataset } from './split.js';
import { classCounts, datasetForTask } from './task-data.js';

const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const remove of cleanups.splice(0)) await remove();
});

async function tree(files: Record<string, string | Uint8Array>): Promise<string> {
  const { dir, remove } = await folderOf(files);
  cleanups.push(remove);
  return dir;
}

async function manifest(name: string, text: string): Promise<string> {
  const dir = await tree({ 'a.png': await picture(1), 'b.png': await picture(2), 'c.png': await picture(3) });
  await writeFile(join(dir, name), text);
  return join(dir, name);
}

const refused = (promise: Promise<unknown>, code: string, text: RegExp) =>
  expect(promise).rejects.toMatchObject({ code, message: expect.stringMatching(text) });

describe('a manifest with several labels a picture', () => {
  it('as CSV: divided by | or ;, blanks and repetitions left out, an empty cell is none of the classes', async () => {
    const file = await manifest('l.csv', 'path,labels\na.png,"dog | sea;dog"\nb.png,\nc.png,cat\n');
    const data = await scanDataset(file);
    expect(data.classes).toEqual(['cat', 'dog', 'sea']);
    expect(data.multiLabel).toBe(true);
    expect(data.samples.map(({ labels, label }) => [labels, label])).toEqual([
      [[1, 2], 1],
      [[], -1],
      [[0], 0],
    ]);
    expect(classCounts(data.samples, 3)).toEqual([1, 1, 1]);
  });

  it('as CSV with a separator of its own', async () => {
    const file = await manifest('l.csv', 'path,labels\na.png,x|y / z\nb.png,z\n');
    expect((await scanDataset(file, { labelSeparator: '/' })).classes).toEqual(['x|y', 'z']);
  });

  it('as JSON: arrays; null is unknown and left out', async () => {
    const rows = [
      { path: 'a.png', labels: ['dog', 7] },
      { path: 'b.png', labels: null },
      { path: 'c.png', labels: [] },
    ];
    const data = await scanDataset(await manifest('l.json', JSON.stringify(rows)));
    expect(data.classes).toEqual(['7', 'dog']);
    expect(data.unlabelled).toBe(1);
    expect(data.samples.map(({ labels }) => labels)).toEqual([[0, 1], []]);
  });

  it('changes its hash with any label', async () => {
    const one = await scanDataset(await manifest('l.csv', 'path,labels\na.png,x|y\nb.png,z\n'));
    const other = await scanDataset(await manifest('l.csv', 'path,labels\na.png,x\nb.png,z|y\n'));
    expect(one.hash).not.toBe(other.hash);
  });

  it('is refused with both columns, with neither, and where rows disagree', async () => {
    await refused(
      scanDataset(await manifest('l.csv', 'path,label,labels\n')),
      'E_DATA_MANIFEST',
      /line 1.*label/,
    );
    await refused(scanDataset(await manifest('l.csv', 'path,tags\n')), 'E_DATA_MANIFEST', /"labels"/);
    const rows = [
      { path: 'a.png', labels: ['x'] },
      { path: 'b.png', label: 'y' },
    ];
    await refused(
      scanDataset(await manifest('l.json', JSON.stringify(rows))),
      'E_DATA_MANIFEST',
      /\[1\].*expected labels/,
    );
    const odd = [{ path: 'a.png', labels: { x: 1 } }];
    await refused(
      scanDataset(await manifest('l.json', JSON.stringify(odd))),
      'E_DATA_MANIFEST',
      /\[0\].*list/,
    );
  });
});

describe('datasetForTask', () => {
  it('multi makes one picture of copies in several class folders, and keeps other pictures of the same name', async () => {
    const [one, two, three] = [await picture(1), await picture(1000), await picture(2000)];
    const dir = await tree({
      'beach/1.png': one,
      'sunset/1.png': one,
      'dog/1.png': two,
      'beach/sub/2.png': three,
      'dog/2.png': three,
    });
    const data = await datasetForTask(await scanDataset(dir), 'multi');
    expect(data.samples.map(({ name, labels }) => [name, labels])).toEqual([
      ['beach/1.png', [0, 2]],
      ['beach/sub/2.png', [0]],
      ['dog/1.png', [1]],
      ['dog/2.png', [1]],
    ]);
  });

  it('single takes lists of one label, and refuses others by the first of them', async () => {
    const good = await scanDataset(await manifest('l.csv', 'path,labels\na.png,x\nb.png,y\n'));
    const single = await datasetForTask(good, 'single');
    expect(single.multiLabel).toBe(false);
    expect(single.samples.map(({ label, labels }) => [label, labels])).toEqual([
      [0, undefined],
      [1, undefined],
    ]);
    const bad = await scanDataset(await manifest('l.csv', 'path,labels\na.png,x\nb.png,x|y\nc.png,\n'));
    await refused(datasetForTask(bad, 'single'), 'E_DATA_TASK', /2 of 3 pictures.*b\.png with 2/);
  });

  it('binary puts the positive class second and wants exactly two', async () => {
    const two = await scanDataset(
      await tree({ 'ok/1.png': await picture(1), 'bad/2.png': await picture(2) }),
    );
    expect((await datasetForTask(two, 'binary')).classes).toEqual(['bad', 'ok']);
    const turned = await datasetForTask(two, 'binary', 'bad');
    expect(turned.classes).toEqual(['ok', 'bad']);
    expect(turned.samples.map(({ name, label }) => [name, label])).toEqual([
      ['bad/2.png', 1],
      ['ok/1.png', 0],
    ]);
    await refused(datasetForTask(two, 'binary', 'worse'), 'E_DATA_TASK', /bad or ok.*worse/);
    const three = { ...two, classes: ['a', 'b', 'c'] };
    await refused(
      datasetForTask(three, 'binary'),
      'E_DATA_TASK',
      /expected 2 classes, received 3 \(a, b, c\)/,
    );
  });
});

describe('missingClasses', () => {
  it("names what the data's own splits lack", async () => {
    const [one, two, three] = [await picture(1), await picture(2), await picture(3)];
    const dir = await tree({ 'train/a/1.png': one, 'train/b/2.png': two, 'val/a/3.png': three });
    const data = await scanDataset(dir);
    expect(missingClasses(data, splitDataset(data))).toEqual([{ split: 'val', classes: ['b'] }]);
  });
});
