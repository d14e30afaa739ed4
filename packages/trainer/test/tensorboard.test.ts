import { execFileSync } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type FitResult, fit, TensorBoardLog, type TrainEvent } from '@saker/trainer';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bytesOf, doubles, fields, type ReadValue, readEvents } from './event-reader.js';
import { writeShapes } from './pictures.js';

/** A Python with the package tensorboard; the test against the real reader is skipped, by name, without it. */
const python = process.env.SAKER_TEST_TENSORBOARD_PYTHON;

let root: string;
let folder: string;
let result: FitResult;
let values: ReadValue[];
let version: string;
let file: string;
const steps: { globalStep: number; lr: number }[] = [];

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'saker-tensorboard-'));
  const data = join(root, 'shapes');
  folder = join(root, 'board');
  await writeShapes(data, 20);
  result = await fit(
    {
      model: 'small_cnn',
      data,
      batchSize: 8,
      size: 32,
      seed: 3,
      threads: 1,
      epochs: 2,
      out: join(root, 'm.onnx'),
    },
    {
      callbacks: [await TensorBoardLog.open({ folder, stepInterval: 2 })],
      onEvent: (event: TrainEvent) => {
        if (event.type === 'step') steps.push(event);
      },
    },
  );
  const [name, ...others] = await readdir(folder);
  expect(others).toEqual([]);
  file = join(folder, name as string);
  ({ version, values } = await readEvents(file));
}, 60_000);
afterAll(() => rm(root, { recursive: true, force: true }));

const of = (tag: string) => values.filter((v) => v.tag === tag);
const scalars = (tag: string) =>
  of(tag).map((v) => ({ step: v.step, value: bytesOf(v.fields, 2)?.readFloatLE() ?? 0 }));

describe('TensorBoard event files, read by the formats alone', () => {
  it('start with the version that readers look for, under the name they look for', () => {
    expect(version).toBe('brain.Event:2');
    expect(file).toMatch(/\/events\.out\.tfevents\.\d{10}\.[^/]+$/);
    for (const { wallTime } of values) expect(Math.abs(wallTime - Date.now() / 1000)).toBeLessThan(120);
  });

  it('have the metrics of each epoch at the step where it ended', () => {
    for (const [tag, name] of [
      ['loss/train', 'trainLoss'],
      ['loss/val', 'valLoss'],
      ['accuracy/train', 'trainAccuracy'],
      ['accuracy/val', 'valAccuracy'],
    ] as const) {
      expect(scalars(tag)).toEqual(
        result.history.map((epoch, i) => ({ step: 4 * (i + 1), value: Math.fround(epoch[name]) })),
      );
    }
  });

  it('have the learning rate of every second step and of each group', () => {
    const shown = steps.filter(({ globalStep }) => globalStep % 2 === 0);
    expect(scalars('learning_rate/step')).toEqual(
      shown.map(({ globalStep, lr }) => ({ step: globalStep, value: Math.fround(lr) })),
    );
    expect(scalars('learning_rate/group_0')).toEqual(
      result.history.map(({ lr }, i) => ({ step: 4 * (i + 1), value: Math.fround(lr) })),
    );
    for (const { value } of scalars('performance/images_per_second')) expect(value).toBeGreaterThan(0);
  });

  it('have histograms of weights and gradients whose counts are the sizes of the tensors', () => {
    const tags = [...new Set(values.map((v) => v.tag))];
    const weights = tags.filter((tag) => tag.startsWith('weights/'));
    expect(weights.length).toBeGreaterThan(3);
    expect(tags.filter((tag) => tag.startsWith('gradients/')).length).toBe(weights.length);
    const [first] = of('weights/fc.weight');
    const histogram = fields(bytesOf(first!.fields, 5)!);
    const at = (number: number) => bytesOf(histogram, number)!;
    const counts = doubles(at(7));
    const limits = doubles(at(6));
    const num = at(3).readDoubleLE();
    expect(counts.reduce((a, b) => a + b, 0)).toBe(num);
    expect(limits).toHaveLength(counts.length);
    expect(limits.every((limit, i) => i === 0 || limit > (limits[i - 1] as number))).toBe(true);
    expect(limits.at(-1)).toBe(at(2).readDoubleLE());
    const mean = at(4).readDoubleLE() / num;
    expect(Math.abs(mean)).toBeLessThanOrEqual(Math.sqrt(at(5).readDoubleLE() / num));
  });

  it('have the input as the network sees it and the confusion matrix as PNG of the size they tell', async () => {
    for (const [tag, step] of [
      ['input/train', 1],
      ['confusion/val', 4],
    ] as const) {
      expect(of(tag).map((v) => v.step)).toEqual([step, step + 4]);
      const image = fields(bytesOf(of(tag)[0]!.fields, 4)!);
      const png = bytesOf(image, 4)!;
      const { format, width, height } = await sharp(png).metadata();
      const number = (n: number) => Number(image.find((f) => f.number === n)?.value);
      expect([format, height, width]).toEqual(['png', number(1), number(2)]);
    }
    // The shapes' background is 200 to 240 of 255: undone wrongly, normalised pixels are black or white.
    const image = bytesOf(fields(bytesOf(of('input/train')[0]!.fields, 4)!), 4)!;
    const { data, info } = await sharp(image).removeAlpha().raw().toBuffer({ resolveWithObject: true });
    const row = data.subarray((info.width * 20 + 8) * 3, (info.width * 20 + 60) * 3);
    const bright = [...row].filter((v) => v >= 195 && v <= 245).length;
    expect(bright / row.length).toBeGreaterThan(0.5);
  });

  it('have the settings, the configuration as text, and how the run ended', () => {
    for (const tag of ['_hparams_/experiment', '_hparams_/session_start_info', '_hparams_/session_end_info'])
      expect(of(tag)).toHaveLength(1);
    const metadata = fields(bytesOf(of('_hparams_/session_end_info')[0]!.fields, 9)!);
    const plugin = fields(bytesOf(metadata, 1)!);
    expect(bytesOf(plugin, 1)!.toString()).toBe('hparams');
    const end = fields(bytesOf(fields(bytesOf(plugin, 2)!), 4)!);
    expect(end.find((f) => f.number === 1)?.value).toBe(1n);
    const text = bytesOf(fields(bytesOf(of('config')[0]!.fields, 8)!), 8)!.toString();
    expect(text).toContain('"batchSize": 8');
  });

  it('are refused by the reader when a byte is flipped (the checksums are checked)', async () => {
    const bytes = await readFile(file);
    bytes[200] = (bytes[200] as number) ^ 1;
    const bad = join(root, 'flipped');
    await writeFile(bad, bytes);
    await expect(readEvents(bad)).rejects.toThrow(/CRC/);
  });
});

describe.skipIf(!python)('TensorBoard itself (SAKER_TEST_TENSORBOARD_PYTHON)', () => {
  it('reads every kind of value', () => {
    const script = `
import json, sys
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
acc = EventAccumulator(sys.argv[1], size_guidance={k: 0 for k in ('scalars', 'images', 'histograms', 'tensors')})
acc.Reload()
tags = acc.Tags()
h = acc.Histograms('weights/fc.weight')[0].histogram_value
from tensorboard.plugins.hparams import plugin_data_pb2
start = plugin_data_pb2.HParamsPluginData.FromString(acc.SummaryMetadata('_hparams_/session_start_info').plugin_data.content)
print(json.dumps({
  'scalars': {t: [[e.step, e.value] for e in acc.Scalars(t)] for t in tags['scalars']},
  'images': {t: [[e.step, e.width, e.height] for e in acc.Images(t)] for t in tags['images']},
  'histograms': tags['histograms'], 'sum': sum(h.bucket), 'num': h.num,
  'hparams': {k: v.number_value for k, v in start.session_start_info.hparams.items() if v.HasField('number_value')},
  'config': acc.Tensors('config')[0].tensor_proto.string_val[0].decode(),
}))`;
    const said = execFileSync(python as string, ['-c', script, folder], {
      encoding: 'utf8',
      maxBuffer: 1 << 26,
    });
    const read = JSON.parse(said.slice(said.indexOf('{'))) as Record<string, never>;
    const lossTrain = (read.scalars as Record<string, [number, number][]>)['loss/val'];
    expect(lossTrain).toEqual(result.history.map((e, i) => [4 * (i + 1), Math.fround(e.valLoss)]));
    expect(Object.keys(read.images as object).sort()).toEqual(['confusion/val', 'input/train']);
    expect(read.histograms as string[]).toContain('gradients/fc.weight');
    expect(read.sum).toBe(read.num);
    expect(read.hparams).toMatchObject({ batchSize: 8, epochs: 2, seed: 3 });
    expect(read.config as string).toContain('"model": "small_cnn"');
  }, 60_000);
});
