/** Pictures that are parts of files: the same pixels as the files themselves, and errors that name the part. */
import { readFileSync, renameSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  compilePipeline,
  decode,
  type FileRange,
  type ImageInput,
  Loader,
  type LoaderSample,
  probe,
} from '@saker/core-native';
import { horizontalFlip } from '@saker/core-native/functional';
import { type SakerError, trainPipeline } from '@saker/spec';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { JPEG_ORIENTATION_6, pictureFolder, rejection } from './fixtures/pictures.js';

const { folder, files, remove } = pictureFolder(15);
afterAll(remove);

const pipeline = compilePipeline(trainPipeline({ size: 16, mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] }));

/** Writes `parts` one after the other with junk between them, and says where each is. */
function pack(name: string, parts: readonly Uint8Array[]): FileRange[] {
  const path = join(folder, name);
  const ranges: FileRange[] = [];
  const pieces: Uint8Array[] = [Buffer.from('a header')];
  let offset = 8;
  for (const part of parts) {
    ranges.push({ path, offset, length: part.length });
    pieces.push(part, Buffer.alloc(ranges.length, 0xff));
    offset += part.length + ranges.length;
  }
  writeFileSync(path, Buffer.concat(pieces));
  return ranges;
}

/** PNG, JPEG, WebP, GIF, TIFF and AVIF files, each twice or more. */
const mixed: string[] = [];
let ranges: FileRange[] = [];

beforeAll(async () => {
  for (const [i, file] of files.entries()) {
    const image = sharp(readFileSync(file));
    const others = [null, image.webp(), image.gif(), image.tiff(), image.jpeg(), image.avif({ effort: 0 })];
    const other = others[i % others.length];
    const path = join(folder, `m${i}`);
    writeFileSync(path, other ? await other.toBuffer() : readFileSync(file));
    mixed.push(path);
  }
  const bytes = mixed.map((path) => readFileSync(path));
  ranges = [...pack('one.tar', bytes.slice(0, 9)), ...pack('two.tar', bytes.slice(9))];
});

async function read(
  samples: readonly LoaderSample[],
  threads = 2,
): Promise<{ pixels: Buffer; ids: number[]; errors: SakerError[] }> {
  const loader = new Loader({ pipeline, samples, batchSize: 4, shuffle: true, seed: 5, threads });
  const parts: Buffer[] = [];
  const ids: number[] = [];
  const errors: SakerError[] = [];
  for await (const batch of loader.epoch(1)) {
    parts.push(Buffer.from(batch.data.slice().buffer));
    ids.push(...batch.sampleIds);
    errors.push(...batch.statuses.filter((s) => s !== null));
    batch.release();
  }
  loader.close();
  return { pixels: Buffer.concat(parts), ids, errors };
}

const labelled = (places: readonly { path: string }[]): LoaderSample[] =>
  places.map((place, i) => ({ ...place, label: i % 2 }));

test('the loader gives the same batches from parts of files as from files, whatever the format', async () => {
  const want = await read(labelled(mixed.map((path) => ({ path }))));
  expect(want.errors).toEqual([]);
  for (const threads of [1, 3]) expect(await read(labelled(ranges), threads)).toEqual(want);
  const both = ranges.map((range, i) => (i % 2 === 0 ? range : { path: mixed[i] as string }));
  expect(await read(labelled(both))).toEqual(want);
});

test('decode, probe, runImage, runBatch and the functional face take a part of a file', async () => {
  const inputs: ImageInput[] = ranges;
  const { data, statuses } = await pipeline.runBatch(inputs);
  expect(statuses.every((s) => s === null)).toBe(true);
  expect(data).toEqual((await pipeline.runBatch(mixed)).data);
  for (const [i, range] of ranges.entries()) {
    const path = mixed[i] as string;
    expect(await probe(range)).toEqual(await probe(path));
    expect(await decode(range)).toEqual(await decode(path));
    expect(await pipeline.runImage(range, { sampleId: i })).toEqual(
      await pipeline.runImage(path, { sampleId: i }),
    );
    expect(await horizontalFlip(range)).toEqual(await horizontalFlip(path));
  }
});

test('a bad part fails alone, and its error names file and offset', async () => {
  const [cut, text, gif, fine] = pack('bad.tar', [
    JPEG_ORIENTATION_6.subarray(0, 300),
    Buffer.from('no picture at all'),
    Buffer.from('GIF89a and then nothing'),
    JPEG_ORIENTATION_6,
  ]) as [FileRange, FileRange, FileRange, FileRange];
  const behind = { path: fine.path, offset: 100_000, length: 10 };
  const gone = { path: join(folder, 'gone.tar'), offset: 7, length: 10 };
  const all = [cut, text, gif, fine, behind, gone];
  const codes = ['E_IMAGE_TRUNCATED', 'E_IMAGE_FORMAT', 'E_IMAGE_CORRUPT', null, 'E_IMAGE_TRUNCATED'];
  const loader = new Loader({ pipeline, samples: labelled(all), batchSize: 8 });
  const batch = (await loader.epoch(0).next()).value;
  const { statuses } = await pipeline.runBatch(all);
  for (const found of [batch?.statuses, statuses] as (SakerError | null)[][]) {
    expect(found.map((s) => s?.code ?? null)).toEqual([...codes, 'E_FILE_NOT_FOUND']);
    for (const [i, error] of found.entries()) {
      if (error === null) continue;
      expect(error.message).toContain(`${all[i]?.path} at byte ${all[i]?.offset}`);
      expect(error.params).toMatchObject({ ...all[i] });
    }
  }
  batch?.release();
  loader.close();
  for (const [i, input] of all.entries()) {
    if (i === 3) continue;
    const error = await rejection(() => decode(input));
    expect(error).toMatchObject({ code: [...codes, 'E_FILE_NOT_FOUND'][i], params: { ...input } });
    expect(error.message).toContain(`at byte ${input.offset}`);
  }
});

test('a file that is replaced while the loader uses it is an error; one that is cut fails behind its end', async () => {
  const [first, second] = pack('live.tar', [JPEG_ORIENTATION_6, JPEG_ORIENTATION_6]) as [
    FileRange,
    FileRange,
  ];
  const loader = new Loader({ pipeline, samples: labelled([first, second]), batchSize: 2 });
  const codes = async (): Promise<(string | null)[]> => {
    for await (const batch of loader.epoch(0)) {
      const found = batch.statuses.map((s) => s?.message ?? null);
      batch.release();
      return found;
    }
    return [];
  };
  expect(await codes()).toEqual([null, null]);
  writeFileSync(join(folder, 'other.tar'), readFileSync(first.path));
  renameSync(join(folder, 'other.tar'), first.path);
  expect(await codes()).toEqual(
    [first, second].map(({ offset }) => expect.stringContaining(`at byte ${offset}: it changed since`)),
  );
  loader.close();
  // Calls that stand alone see the file as it is.
  expect((await decode(second)).width).toBe(16);
  truncateSync(second.path, second.offset + 10);
  expect((await rejection(() => decode(second))).code).toBe('E_IMAGE_TRUNCATED');
  expect((await decode(first)).width).toBe(16);
});

test('places that are none are refused', async () => {
  const { path } = ranges[0] as FileRange;
  const refused = expect.objectContaining({ code: 'E_ARG_INVALID' });
  const places = [
    { path, offset: 0 },
    { path, length: 10 },
    { path, offset: -1, length: 10 },
    { path, offset: 0, length: -1 },
    { path, offset: 0.5, length: 10 },
    { path: '', offset: 0, length: 10 },
    { path: 'a\0b', offset: 0, length: 10 },
  ];
  for (const place of places) {
    expect(() => new Loader({ pipeline, samples: [{ ...place, label: 0 }], batchSize: 1 })).toThrow(refused);
    await expect(decode(place as FileRange)).rejects.toEqual(refused);
    await expect(pipeline.runBatch([place as FileRange])).rejects.toEqual(refused);
    await expect(horizontalFlip(place as FileRange)).rejects.toEqual(refused);
  }
  await expect(decode({ path } as FileRange)).rejects.toEqual(refused);
});
