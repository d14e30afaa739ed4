/**
 * Pixels against torchvision on Pillow: the cases of shared/golden/ops that Saker's ops cover, through the
 * built addon. Prints mean and largest difference per op, in u8 levels.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { compilePipeline, decode } from '@saker/core-native';
import { parsePipeline } from '@saker/spec';
import { afterAll, describe, expect, it } from 'vitest';
import { sharedDir } from './fixtures/shared.js';

interface GoldenCase {
  readonly case: string;
  readonly source: string;
  readonly input: string;
  readonly params: Readonly<Record<string, unknown>>;
}

type Ops = readonly Readonly<Record<string, unknown>>[];

const number = (value: unknown): number => Number(value);
const jitter = (name: string, factor: unknown): Ops => [
  { op: 'ColorJitter', [name]: [number(factor), number(factor)] },
];
const resizedCrop = (p: GoldenCase['params']): Ops => [{ op: 'ResizedCrop', ...p }];
const evalOps = (size: number, interpolation: string): Ops => [
  { op: 'Resize', size: [size], interpolation },
  { op: 'CenterCrop', size: [224, 224] },
];

/** Ops of a case by its kind, and the largest difference that the op declarations promise. */
const KINDS: Readonly<
  Record<string, { ops: (p: GoldenCase['params']) => Ops; most: number; mean?: number }>
> = {
  eval256: { ops: () => evalOps(256, 'bilinear'), most: 1 },
  eval235bicubic: { ops: () => evalOps(235, 'bicubic'), most: 1 },
  'rrc-bilinear': { ops: resizedCrop, most: 1 },
  'rrc-bicubic': { ops: resizedCrop, most: 1 },
  'rrc-nearest': { ops: resizedCrop, most: 0 },
  hflip: { ops: () => [{ op: 'RandomHorizontalFlip', p: 1 }], most: 0 },
  vflip: { ops: () => [{ op: 'RandomVerticalFlip', p: 1 }], most: 0 },
  rotate: {
    ops: ({ angle, ...p }) => [{ op: 'RandomRotation', degrees: [angle, angle], ...p }],
    most: 0,
  },
  affine: { ops: (p) => [{ op: 'Affine', ...p }], most: 0 },
  perspective: { ops: (p) => [{ op: 'Perspective', ...p }], most: 0 },
  brightness: { ops: (p) => jitter('brightness', p.factor), most: 1 },
  contrast: { ops: (p) => jitter('contrast', p.factor), most: 1 },
  saturation: { ops: (p) => jitter('saturation', p.factor), most: 1 },
  hue: { ops: (p) => jitter('hue', p.hue_factor), most: 0 },
  gamma: { ops: (p) => [{ op: 'AdjustGamma', ...p }], most: 0 },
  posterize: { ops: (p) => [{ op: 'RandomPosterize', ...p, p: 1 }], most: 0 },
  solarize: { ops: (p) => [{ op: 'RandomSolarize', ...p, p: 1 }], most: 0 },
  autocontrast: { ops: () => [{ op: 'RandomAutocontrast', p: 1 }], most: 0 },
  equalize: { ops: () => [{ op: 'RandomEqualize', p: 1 }], most: 0 },
  invert: { ops: () => [{ op: 'RandomInvert', p: 1 }], most: 0 },
  sharpness: { ops: (p) => [{ op: 'RandomAdjustSharpness', sharpness_factor: p.factor, p: 1 }], most: 0 },
  blur: { ops: (p) => [{ op: 'GaussianBlur', ...p }], most: 1, mean: 0.01 },
  gray: { ops: () => [{ op: 'Grayscale', num_output_channels: 3 }], most: 1 },
};

const shared = sharedDir();
const folder = join(shared ?? '', 'golden/ops');
const allCases: readonly GoldenCase[] = shared
  ? JSON.parse(readFileSync(join(folder, 'index.json'), 'utf8')).cases
  : [];
const kindOf = (c: GoldenCase): string => c.case.slice(c.case.indexOf('-') + 1);
const fileOf = (c: GoldenCase): string => join(folder, c.input === 'source' ? c.source : c.input);
const cases = allCases.filter((c) => kindOf(c) in KINDS);

async function run(c: GoldenCase, executor: 'fused' | 'reference'): Promise<Uint8Array> {
  const ops = KINDS[kindOf(c)]!.ops(c.params);
  const spec = parsePipeline({ version: 1, ops, output: { dtype: 'u8', layout: 'NHWC', channels: 3 } });
  const { data } = await compilePipeline(spec).runImage(fileOf(c), { executor });
  return data as Uint8Array;
}

function compare(got: Uint8Array, want: Uint8Array): { max: number; sum: number } {
  expect(got.length).toBe(want.length);
  let max = 0;
  let sum = 0;
  for (let i = 0; i < got.length; i++) {
    const difference = Math.abs(got[i]! - want[i]!);
    sum += difference;
    if (difference > max) max = difference;
  }
  return { max, sum };
}

if (!shared) process.stdout.write('golden pixel tests skipped: no folder `shared` beside the checkout\n');

describe.skipIf(!shared)('pixels against torchvision on Pillow', () => {
  const totals = new Map<string, { max: number; sum: number; count: number }>();

  it.each(cases.map((c) => [c.case, c] as const))('%s stays within what its op promises', async (_, c) => {
    const kind = kindOf(c);
    const want = (await decode(join(folder, `${c.case}.png`))).data;
    for (const executor of ['fused', 'reference'] as const) {
      const got = await run(c, executor);
      const { max, sum } = compare(got, want);
      expect(max).toBeLessThanOrEqual(KINDS[kind]!.most);
      expect(sum / got.length).toBeLessThanOrEqual(KINDS[kind]!.mean ?? KINDS[kind]!.most);
      const total = totals.get(`${kind} ${executor}`) ?? { max: 0, sum: 0, count: 0 };
      const next = { max: Math.max(total.max, max), sum: total.sum + sum, count: total.count + got.length };
      totals.set(`${kind} ${executor}`, next);
    }
  });

  it('covers five photos for every op', () => {
    expect(cases.length).toBe(5 * Object.keys(KINDS).length);
  });

  afterAll(() => {
    for (const [name, { max, sum, count }] of [...totals].sort(([a], [b]) => a.localeCompare(b))) {
      process.stdout.write(`golden ${name.padEnd(26)} mean ${(sum / count).toFixed(4)} max ${max}\n`);
    }
  });
});
