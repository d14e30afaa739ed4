import { mkdir, rename, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { folderOf, picture } from '../test/pictures.js';
import { scanDataset } from './scan.js';

const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const remove of cleanups.splice(0)) await remove();
});

async function tree(files: Record<string, string | Uint8Array>): Promise<string> {
  const { dir, remove } = await folderOf(files);
  cleanups.push(remove);
  return dir;
}

const codeOf = (error: unknown) => (error as { code: string }).code;

describe('a folder of class folders', () => {
  it('gives sorted classes, names, sizes and no split', async () => {
    const png = await picture(1);
    const dir = await tree({ 'dog/1.png': png, 'cat/a.JPG': png, 'Zebra/x.jpeg': png });
    const data = await scanDataset(dir);
    expect(data.classes).toEqual(['Zebra', 'cat', 'dog']);
    expect(data.samples.map((s) => [s.name, s.label, s.split, s.size])).toEqual([
      ['Zebra/x.jpeg', 0, null, png.length],
      ['cat/a.JPG', 1, null, png.length],
      ['dog/1.png', 2, null, png.length],
    ]);
    expect(data.samples[0]?.path).toBe(join(dir, 'Zebra/x.jpeg'));
  });

  it('counts hidden files, other files and files outside class folders as ignored', async () => {
    const dir = await tree({
      'cat/1.png': await picture(1),
      'cat/.hidden.png': 'x',
      'cat/notes.txt': 'x',
      'dog/1.png': await picture(2),
      'README.md': 'x',
      'loose.png': await picture(3),
      '.git/config': 'x',
      '__MACOSX/cat/1.png': 'x',
    });
    const data = await scanDataset(dir);
    expect(data.samples.map((s) => s.name)).toEqual(['cat/1.png', 'dog/1.png']);
    expect(data.ignored).toBe(6);
  });

  it('follows folders inside a class folder, and links, without entering a loop', async () => {
    const dir = await tree({ 'cat/deep/er/1.png': await picture(1), 'dog/1.png': await picture(2) });
    await symlink(dir, join(dir, 'cat', 'deep', 'loop'));
    await symlink(join(dir, 'cat', 'deep'), join(dir, 'cat', 'deep', 'er', 'up'));
    await symlink(join(dir, 'missing'), join(dir, 'cat', 'broken.png'));
    await symlink(join(dir, 'dog', '1.png'), join(dir, 'cat', 'linked.png'));
    const data = await scanDataset(dir);
    expect(data.classes).toEqual(['cat', 'dog']);
    expect(data.samples.map((s) => s.name)).toContain('cat/deep/er/1.png');
    expect(data.samples.map((s) => s.name)).toContain('cat/linked.png');
    expect(data.samples.every((s) => !s.name.includes('up/er/up'))).toBe(true);
  });

  it('keeps a class folder without pictures as a class', async () => {
    const dir = await tree({ 'cat/1.png': await picture(1), 'docs/readme.txt': 'x' });
    expect((await scanDataset(dir)).classes).toEqual(['cat', 'docs']);
  });

  it('reads unsupported picture formats as pictures, so that the check can name them', async () => {
    const dir = await tree({ 'cat/1.heic': 'x', 'dog/1.webp': 'x' });
    expect((await scanDataset(dir)).samples).toHaveLength(2);
  });

  it('has a hash that follows names, sizes and classes, and nothing else', async () => {
    const files = { 'cat/1.png': await picture(1), 'dog/1.png': await picture(2) };
    const [one, two] = [await tree(files), await tree(files)];
    const hash = (await scanDataset(one)).hash;
    expect(hash).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect((await scanDataset(two)).hash).toBe(hash);
    await rename(join(two, 'cat/1.png'), join(two, 'cat/2.png'));
    expect((await scanDataset(two)).hash).not.toBe(hash);
    await rename(join(two, 'cat/2.png'), join(two, 'cat/1.png'));
    await writeFile(join(two, 'cat/1.png'), 'changed');
    expect((await scanDataset(two)).hash).not.toBe(hash);
  });
});

describe('a folder of splits', () => {
  it('keeps train, valid and testing as train, val and test', async () => {
    const dir = await tree({
      'train/cat/1.png': await picture(1),
      'valid/cat/2.png': await picture(2),
      'Testing/dog/3.png': await picture(3),
      'other/x.png': await picture(4),
    });
    const data = await scanDataset(dir);
    expect(data.classes).toEqual(['cat', 'dog']);
    expect(data.samples.map((s) => [s.name, s.split])).toEqual([
      ['Testing/dog/3.png', 'test'],
      ['train/cat/1.png', 'train'],
      ['valid/cat/2.png', 'val'],
    ]);
  });

  it('does not take a class called train for a split', async () => {
    const dir = await tree({
      'car/1.png': await picture(1),
      'train/2.png': await picture(2),
      'plane/3.png': await picture(3),
    });
    expect((await scanDataset(dir)).classes).toEqual(['car', 'plane', 'train']);
    const both = await tree({ 'train/1.png': await picture(1), 'test/2.png': await picture(2) });
    expect((await scanDataset(both)).classes).toEqual(['test', 'train']);
    const nested = await tree({ 'car/1.png': await picture(1), 'train/steam/2.png': await picture(2) });
    expect((await scanDataset(nested)).classes).toEqual(['car', 'train']);
  });
});

describe('a manifest', () => {
  it('reads a CSV with a byte order mark, quotes, spaces and other columns', async () => {
    const dir = await tree({
      'a, b.png': await picture(1),
      'sub/2.png': await picture(2),
      'list.csv':
        '\uFEFF"Path",Label,SPLIT,id\r\n"a, b.png",cat,train,1\r\n sub/2.png ,"big ""dog""",val,2\r\n\r\n',
    });
    const data = await scanDataset(join(dir, 'list.csv'));
    expect(data.root).toBe(dir);
    expect(data.classes).toEqual(['big "dog"', 'cat']);
    expect(data.samples.map((s) => [s.name, s.label, s.split, s.size > 0])).toEqual([
      ['a, b.png', 1, 'train', true],
      ['sub/2.png', 0, 'val', true],
    ]);
  });

  it('reads a JSON array and an object with samples', async () => {
    const rows = [
      { path: '1.png', label: 'cat' },
      { path: './2.png', label: 7, split: null },
    ];
    const dir = await tree({
      '1.png': await picture(1),
      'list.json': JSON.stringify(rows),
      'object.json': JSON.stringify({ samples: rows }),
    });
    for (const name of ['list.json', 'object.json']) {
      const data = await scanDataset(join(dir, name));
      expect(data.classes).toEqual(['7', 'cat']);
      expect(data.samples.map((s) => [s.name, s.size > 0])).toEqual([
        ['1.png', true],
        ['2.png', false],
      ]);
    }
  });

  it.each([
    ['no label column', 'm.csv', 'path,class\n1.png,cat\n', 'line 1', 'label'],
    ['an empty label', 'm.csv', 'path,label\n1.png,cat\n2.png,\n', 'line 3', 'label'],
    ['an unknown split', 'm.csv', 'path,label,split\n1.png,cat,dev\n', 'line 2', 'dev'],
    ['a row of another length', 'm.csv', 'path,label\n1.png,cat\n2.png,dog,x\n', 'line 3', ''],
    ['a picture listed twice', 'm.csv', 'path,label\n1.png,cat\n./1.png,dog\n', 'line 3', 'line 2'],
    ['broken JSON', 'm.json', '[{"path":"1.png",\n"label" "cat"}]', 'line 2', ''],
    ['no samples', 'm.json', '{"images":[]}', 'samples', 'array'],
    [
      'a row that is no object',
      'm.json',
      '{"samples":[{"path":"1.png","label":"cat"},3]}',
      'samples[1]',
      'object',
    ],
    ['a path that is no text', 'm.json', '[{"path":3,"label":"cat"}]', '[0]', 'path'],
    ['another extension', 'm.txt', 'path,label\n', 'the file name', '.csv'],
  ])('refuses %s and names the place', async (_what, name, text, place, detail) => {
    const dir = await tree({ [name]: text });
    const error = await scanDataset(join(dir, name)).catch((e: unknown) => e);
    expect(error).toMatchObject({ code: 'E_DATA_MANIFEST', params: { place } });
    expect((error as Error).message).toContain(detail);
  });
});

describe('nothing to find', () => {
  it('refuses a missing path, an empty folder, a folder of loose pictures and an empty manifest', async () => {
    const dir = await tree({ 'loose/1.png': await picture(1), 'empty.csv': 'path,label\n' });
    await mkdir(join(dir, 'none'));
    const code = (path: string) => scanDataset(path).then(() => 'none', codeOf);
    expect(await code(join(dir, 'absent'))).toBe('E_FILE_NOT_FOUND');
    expect(await code(join(dir, 'none'))).toBe('E_DATA_EMPTY');
    expect(await code(join(dir, 'empty.csv'))).toBe('E_DATA_EMPTY');
    await expect(scanDataset(join(dir, 'loose'))).rejects.toThrow(/class folders under/);
  });
});
