import { contactSheet, scanDataset } from '@saker/dataset';
import { pipelinePreset, SakerError } from '@saker/spec';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { folderOf, picture } from './pictures.js';

let dir = '';
let remove = async () => {};

beforeAll(async () => {
  const red = sharp({ create: { width: 60, height: 30, channels: 3, background: '#ff0000' } });
  ({ dir, remove } = await folderOf({
    'a/red.png': await red.png().toBuffer(),
    'a/two.jpg': await picture(2, 'jpeg', 40),
    'a/three.png': await picture(3),
    'b/<&".png': await picture(4),
    'b/bad.jpg': 'no picture',
  }));
});
afterAll(() => remove());

const sheetOf = async (pipeline: string, options: { count?: number; draws?: number; seed?: number } = {}) =>
  contactSheet(await scanDataset(dir), { pipeline: pipelinePreset(pipeline), title: pipeline, ...options });

describe('contactSheet', () => {
  it('takes pictures from the classes in turn and gives an unreadable one its error', async () => {
    const { shown } = await sheetOf('eval224', { count: 4 });
    expect(shown.map(({ name, label }) => [name, label])).toEqual([
      ['a/red.png', 'a'],
      ['a/three.png', 'a'],
      ['b/<&".png', 'b'],
      ['b/bad.jpg', 'b'],
    ]);
    expect(shown.map(({ error }) => error?.code ?? null)).toEqual([null, null, null, 'E_IMAGE_FORMAT']);
  });

  it('draws the stored picture and what the pipeline makes of it', async () => {
    const { png, width, height, draws } = await sheetOf('eval224', { count: 1 });
    expect(draws).toBe(1);
    const { data, info } = await sharp(png).raw().toBuffer({ resolveWithObject: true });
    expect(info).toMatchObject({ width, height, channels: 3 });
    const at = (x: number, y: number) => [...data.subarray((y * width + x) * 3, (y * width + x) * 3 + 3)];
    // Stored: 168 x 84 in the middle of its field. Cropped: red up to the top edge.
    expect(at(100, 190)).toEqual([255, 0, 0]);
    expect(at(100, 110)).not.toEqual([255, 0, 0]);
    expect(at(280, 110)).toEqual([255, 0, 0]);
  });

  it('shows several draws of a random pipeline, the same for the same seed', async () => {
    const once = await sheetOf('train224-jitter', { count: 2, draws: 3 });
    const again = await sheetOf('train224-jitter', { count: 2, draws: 3 });
    const other = await sheetOf('train224-jitter', { count: 2, draws: 3, seed: 1 });
    expect(once.draws).toBe(3);
    expect(Buffer.from(once.png).equals(again.png)).toBe(true);
    expect(Buffer.from(once.png).equals(other.png)).toBe(false);
  });

  it('says so when no picture is there', async () => {
    const nothing = { root: dir, classes: ['a'], samples: [], ignored: 0, hash: '' };
    const run = contactSheet(nothing, { pipeline: pipelinePreset('eval224'), title: 'x' });
    await expect(run).rejects.toBeInstanceOf(SakerError);
  });
});
