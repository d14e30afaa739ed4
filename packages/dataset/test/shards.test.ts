import { spawnSync } from 'node:child_process';
import { cpSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkSamples, preprocess, readSample, scanDataset, splitDataset } from '@saker/dataset';
import { evalPipeline } from '@saker/spec';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { folderOf, picture } from './pictures.js';
import { refusal, tarFolders } from './tar-folders.js';
import { tar, tarBlock, tarEnd } from './tars.js';

const { scratch, folder, at, sample } = tarFolders();

describe('tars made by others', () => {
  it('give the bytes of their pictures and number the classes that nobody names', async () => {
    const root = folder({
      'a.tar': tar([...sample('0001', 0, '10'), ...sample('0002', 1, '2\n')]),
      'b.tar': tar([{ name: 'd/', content: '', type: '5' }, ...sample('./d/0001', 2, '2')]),
      'notes.txt': '',
    });
    const data = await scanDataset(root);
    expect(data).toMatchObject({ root, classes: ['2', '10'], ignored: 1 });
    expect(data.samples.map(({ name, label, split }) => [name, label, split])).toEqual([
      ['a.tar/0001.png', 1, null],
      ['a.tar/0002.jpg', 0, null],
      ['b.tar/d/0001.png', 0, null],
    ]);
    for (const [i, one] of data.samples.entries()) {
      expect(Buffer.from(await readSample(one)).equals(at(i))).toBe(true);
      expect(one.size).toBe(at(i).length);
    }
    const { good, bad } = await checkSamples(data.samples);
    expect([good.length, bad]).toEqual([3, []]);
  });

  it('take names from a list beside them, in its order', async () => {
    const tars = { 'train/0.tar': tar(sample('a', 0, '1')), 'val/0.tar': tar(sample('a', 1, '0')) };
    const root = folder({ ...tars, 'classes.txt': 'zebra\nant\nbee\n' });
    const data = await scanDataset(root);
    expect(data.classes).toEqual(['zebra', 'ant', 'bee']);
    expect(data.samples.map(({ name, label, split }) => [name, label, split])).toEqual([
      ['train/0.tar/a.png', 1, 'train'],
      ['val/0.tar/a.jpg', 0, 'val'],
    ]);
    writeFileSync(join(root, 'classes.txt'), 'zebra\n');
    expect((await refusal(root)).message).toContain('sample a is of class 1, but the list beside it names 1');
    writeFileSync(join(root, 'classes.txt'), 'zebra\nzebra\n');
    expect((await refusal(root)).message).toContain('classes 0 and 1 have the same name');
    rmSync(join(root, 'classes.txt'));
    writeFileSync(join(root, 'labels.json'), '["x","y"]');
    expect((await scanDataset(root)).classes).toEqual(['x', 'y']);
  });

  it('are labelled by words too: a name in .json before .cls, .txt of one line', async () => {
    const members = [
      ...sample('a', 0, '7'),
      { name: 'a.json', content: '{"label":"cat","caption":"x"}' },
      ...sample('b', 1, 'dog\n', 'txt'),
      ...sample('c', 2, '{"class_name":"emu"}', 'json'),
    ];
    const data = await scanDataset(join(folder({ 'x.tar': tar(members) }), 'x.tar'));
    expect(data.classes).toEqual(['cat', 'dog', 'emu']);
    for (const wrong of ['a cat\nthat sleeps', '']) {
      const error = await refusal(folder({ 'x.tar': tar(sample('k', 0, wrong, 'txt')) }));
      expect(error).toMatchObject({ code: 'E_DATA_SHARDS' });
      expect(error.message).toContain(
        'sample k has no label in a .cls, .json or one-line .txt; it has .png, .txt',
      );
    }
    const error = await refusal(folder({ 'x.tar': tar(sample('k', 0, '{', 'json')) }));
    expect(error.message).toContain('k.json holds no JSON object');
  });

  it('belong to the split that their names say, and a pattern picks some of them', async () => {
    const tars: Record<string, Buffer> = {};
    for (let i = 0; i < 4; i += 1) tars[`set-train-00${i}.tar`] = tar(sample('k', i, String(i % 2)));
    tars['set-val-000.tar'] = tar(sample('k', 4, '1'));
    const root = folder(tars);
    const splits = splitDataset(await scanDataset(root));
    expect([splits.train.length, splits.val.length]).toEqual([4, 1]);
    const some = await scanDataset(join(root, 'set-train-{001..002}.tar'));
    expect(some.samples.map(({ name }) => name)).toEqual([
      'set-train-001.tar/k.jpg',
      'set-train-002.tar/k.png',
    ]);
    expect(some.root).toBe(root);
    const gone = await refusal(join(root, 'set-train-{003..004}.tar'));
    expect(gone).toMatchObject({
      code: 'E_FILE_NOT_FOUND',
      params: { file: join(root, 'set-train-004.tar') },
    });
    const both = await scanDataset(join(root, 'set-{train,val}-000.tar'));
    expect(both.samples.map(({ split }) => split)).toEqual(['train', 'val']);
  });

  it('leave what is no picture and no label, and count it', async () => {
    const members = [
      { name: 'README', content: 'x' },
      { name: '._0001.png', content: 'x' },
      { name: 'link.png', content: '', type: '2' },
      { name: 'only.npy', content: 'x' },
      ...sample('k', 0, '1'),
      { name: 'k.seg.png', content: at(1) },
    ];
    const data = await scanDataset(folder({ 'x.tar': tar(members) }));
    expect(data.samples).toHaveLength(1);
    expect(data.ignored).toBe(3);
  });

  const hasTar = spawnSync('tar', ['--version'], { encoding: 'utf8' }).stdout?.includes('GNU') ?? false;
  it.skipIf(!hasTar).each(['ustar', 'gnu', 'posix', 'v7'])('GNU tar writes as %s', async (format) => {
    const long = format === 'ustar' ? 60 : format === 'v7' ? 20 : 150;
    const name = `${'d'.repeat(long)}/${'e'.repeat(long)}`;
    const files = folder({
      [`${name}.png`]: at(0),
      [`${name}.cls`]: '3',
      'zz \u00fc.png': at(2),
      'zz \u00fc.cls': '1',
    });
    const out = folder({});
    const done = spawnSync('tar', [
      `--format=${format}`,
      '--sort=name',
      '-cf',
      join(out, 'x.tar'),
      '-C',
      files,
      '.',
    ]);
    expect(done.status).toBe(0);
    const data = await scanDataset(out);
    const names = data.samples.map((one) => one.name).sort();
    expect(names).toEqual([`x.tar/${name}.png`, 'x.tar/zz \u00fc.png']);
    for (const one of data.samples) {
      expect(Buffer.from(await readSample(one)).equals(one.name.includes('zz') ? at(2) : at(0))).toBe(true);
    }
  });

  it('may have sizes in binary and in pax records', async () => {
    const content = at(0);
    const binary = tarBlock({ name: 'k.png', content });
    binary.fill(0, 124, 136);
    binary[124] = 0x80;
    binary.writeUInt32BE(content.length, 132);
    binary.write(' '.repeat(8), 148);
    const sum = binary.subarray(0, 512).reduce((total, byte) => total + byte, 0);
    binary.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
    const record = `size=${content.length}\n`;
    const length = record.length + 3;
    const pax = tarBlock({ name: 'pax', content: `${length} ${record}`, type: 'x' });
    const stated = tarBlock({ name: 'l.png', content }, 0);
    const label = (key: string) => tarBlock({ name: `${key}.cls`, content: '1' });
    const root = folder({ 'x.tar': Buffer.concat([binary, label('k'), pax, stated, label('l'), tarEnd]) });
    const data = await scanDataset(root);
    expect(data.samples.map(({ size }) => size)).toEqual([content.length, content.length]);
  });
});

describe('shards of saker preprocess as data', () => {
  let photos = '';
  let remove = async () => {};
  let shards = '';
  beforeAll(async () => {
    const files: Record<string, Buffer | string> = {};
    for (let i = 0; i < 30; i += 1) files[`${'abc'[i % 3]}/${i}.jpg`] = await picture(i, 'jpeg', 30 + i);
    files['b/broken.jpg'] = 'no picture';
    ({ dir: photos, remove } = await folderOf(files));
    shards = join(scratch(), 'job');
    await preprocess({ data: photos, out: shards, maxSide: 40, shardSize: 7 });
  });
  afterAll(() => remove());

  it('hold the same pictures under the same names, so that they split alike', async () => {
    const [from, to] = [await scanDataset(photos), await scanDataset(shards)];
    expect(to.classes).toEqual(from.classes);
    const rows = (data: typeof from) =>
      data.samples.filter(({ name }) => name !== 'b/broken.jpg').map(({ name, label }) => [name, label]);
    expect(rows(to)).toEqual(rows(from));
    const { good } = await checkSamples(from.samples);
    const names = (data: typeof from) => splitDataset(data, { seed: 5 }).val.map(({ name }) => name);
    expect(names(to)).toEqual(names({ ...from, samples: good }));
    expect(to.samples.every(({ path, offset }) => path.endsWith('.tar') && offset !== undefined)).toBe(true);
  });

  it('are meant by the index of their job, too', async () => {
    const [all, byIndex] = [await scanDataset(shards), await scanDataset(join(shards, 'index.csv'))];
    expect(byIndex).toEqual(all);
  });

  it('go through preprocess again, to tensors, as if they were files', async () => {
    const out = join(scratch(), 'tensors');
    const spec = evalPipeline({ size: 24 });
    const { written, quarantined } = await preprocess({ data: shards, out, pipeline: spec, format: 'npy' });
    expect([written, quarantined]).toEqual([30, 0]);
    const error = await refusal(out);
    expect(error.code).toBe('E_DATA_SHARDS');
    expect(error.message).toContain('npy shards hold tensors for other programs');
  });

  it('keep the splits of the data they were made of', async () => {
    const split = join(scratch(), 'split');
    for (const part of ['train', 'val']) cpSync(photos, join(split, part), { recursive: true });
    const out = join(scratch(), 'split-shards');
    await preprocess({ data: split, out, maxSide: 32 });
    const data = await scanDataset(out);
    expect(data.samples.map((one) => one.split)).toEqual(data.samples.map((one) => one.name.split('/')[0]));
  });

  it('are refused while the job is not finished, and where one of them was cut', async () => {
    const copy = join(scratch(), 'copy');
    cpSync(shards, copy, { recursive: true });
    const bytes = at(0);
    writeFileSync(join(copy, 'shard-000002.tar'), bytes);
    expect(await refusal(copy)).toMatchObject({ code: 'E_DATA_TAR', params: { offset: 0 } });
    rmSync(join(copy, 'shard-000002.tar'));
    const error = await refusal(copy);
    expect(error.message).toContain('4 of 5 shards are there; finish the job with saker preprocess --resume');
  });

  it('a picture that a tar no longer holds fails alone', async () => {
    const copy = join(scratch(), 'spoilt');
    cpSync(shards, copy, { recursive: true });
    const data = await scanDataset(copy);
    const victim = data.samples[3] as (typeof data.samples)[number];
    writeFileSync(victim.path, '');
    const { good, bad } = await checkSamples(data.samples);
    const gone = data.samples.filter(({ path }) => path === victim.path);
    expect([good.length, bad.length]).toEqual([30 - gone.length, gone.length]);
    expect(bad.map(({ path }) => path)).toContain(`${victim.name} in ${victim.path}`);
  });
});

it('class folders win over an archive that lies beside them', async () => {
  const root = folder({
    'cat/1.png': at(0),
    'dog/1.png': at(2),
    'all.tar': tar(sample('k', 0, '1')),
    'x.npy': '',
  });
  const data = await scanDataset(root);
  expect(data.classes).toEqual(['cat', 'dog']);
  expect(data.ignored).toBe(2);
});

it('a folder of packed tars or of tensors says why it cannot be used', async () => {
  expect((await refusal(folder({ 'a.tar.gz': 'x' }))).message).toContain('unpack it to a plain .tar');
  expect((await refusal(folder({ 'a.npy': 'x' }))).message).toContain('tensors for other programs');
  const file = join(folder({ 'a.tgz': 'x' }), 'a.tgz');
  expect((await refusal(file)).message).toContain('unpack it to a plain .tar');
});
