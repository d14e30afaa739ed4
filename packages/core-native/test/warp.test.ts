/**
 * Warps against the mathematics of Pillow's Image.transform written out again here, in doubles, on pictures and
 * parameters that no golden file holds. And which part of a file a plan decodes for them.
 */
import { compilePipeline } from '@saker/core-native';
import * as F from '@saker/core-native/functional';
import { parsePipeline } from '@saker/spec';
import { describe, expect, it } from 'vitest';

interface Picture {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
  readonly channels: number;
}

/** Waves and an edge: values of all sizes, smooth and not. */
function picture(width: number, height: number): Picture {
  const data = new Uint8Array(width * height * 3);
  for (let i = 0; i < data.length; i++) {
    const x = Math.floor(i / 3) % width;
    const y = Math.floor(i / 3 / width);
    const wave = 127 + 90 * Math.sin(x / 3 + i) + 38 * Math.cos(y / 5);
    data[i] = x > width / 2 && y > height / 3 ? wave : 255 - wave / 2;
  }
  return { data, width, height, channels: 3 };
}

type Filter = 'nearest' | 'bilinear' | 'bicubic';
type Map = (x: number, y: number) => readonly [number, number];

/** Keys' weights with a = -1 at distance `t`. */
function keys(t: number): number {
  const d = Math.abs(t);
  if (d <= 1) return d * d * d - 2 * d * d + 1;
  return d < 2 ? -d * d * d + 5 * d * d - 8 * d + 4 : 0;
}

function transformed(
  input: Picture,
  map: Map,
  filter: Filter,
  fill: number,
  size: readonly [number, number],
): { values: Float64Array; near: Uint8Array } {
  const [width, height] = size;
  const values = new Float64Array(width * height * 3);
  // Places so near an edge (of the picture, of a level) that rounding decides.
  const near = new Uint8Array(values.length);
  const clip = (v: number, n: number): number => Math.min(Math.max(v, 0), n - 1);
  const reach = filter === 'bicubic' ? 2 : 1;
  const weight = filter === 'bicubic' ? keys : (t: number): number => Math.max(0, 1 - Math.abs(t));
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [u, v] = map(x + 0.5, y + 0.5);
      const margins = [u, input.width - u, v, input.height - v].map(Math.abs);
      for (let c = 0; c < 3; c++, i++) {
        if (u < 0 || u >= input.width || v < 0 || v >= input.height) {
          values[i] = fill;
          near[i] = Math.min(...margins) < 1e-4 ? 1 : 0;
          continue;
        }
        const at = (py: number, px: number): number =>
          input.data[(clip(py, input.height) * input.width + clip(px, input.width)) * 3 + c]!;
        if (filter === 'nearest') {
          values[i] = at(Math.floor(v), Math.floor(u));
          // 16.16 fixed point may land on the pixel beside.
          near[i] = [u, v].some((p) => Math.abs(p - Math.round(p)) < 0.02) ? 1 : 0;
          continue;
        }
        const [px, py] = [Math.floor(u - 0.5), Math.floor(v - 0.5)];
        let sum = 0;
        for (let dy = 1 - reach; dy <= reach; dy++) {
          for (let dx = 1 - reach; dx <= reach; dx++)
            sum += weight(u - 0.5 - px - dx) * weight(v - 0.5 - py - dy) * at(py + dy, px + dx);
        }
        const value = Math.min(255, Math.max(0, sum));
        values[i] = Math.floor(value + 1e-9);
        near[i] = Math.abs(sum - Math.round(sum)) < 1e-4 || Math.min(...margins) < 1e-4 ? 1 : 0;
      }
    }
  }
  return { values, near };
}

/** Equal where rounding does not decide; where it does, few values are others. */
function expectEqual(got: Picture, want: { values: Float64Array; near: Uint8Array }): void {
  expect(got.data.length).toBe(want.values.length);
  let other = 0;
  for (let i = 0; i < got.data.length; i++) {
    if (got.data[i] === want.values[i]) continue;
    if (!want.near[i]) expect([i, got.data[i]]).toEqual([i, want.values[i]]);
    other++;
  }
  expect(other).toBeLessThanOrEqual(0.02 * got.data.length);
}

const radians = (degrees: number): number => (degrees * Math.PI) / 180;

/** The inverse of T C R S Shy Shx C^-1 by way of its forward matrix. */
function affineMap(
  { width, height }: Picture,
  angle: number,
  [tx, ty]: readonly [number, number],
  scale: number,
  [shx, shy]: readonly [number, number],
): Map {
  const [r, x, y] = [radians(angle), radians(shx), radians(shy)];
  const rotation = [Math.cos(r), -Math.sin(r), Math.sin(r), Math.cos(r)];
  const product = (a: number[], b: number[]): number[] => [
    a[0]! * b[0]! + a[1]! * b[2]!,
    a[0]! * b[1]! + a[1]! * b[3]!,
    a[2]! * b[0]! + a[3]! * b[2]!,
    a[2]! * b[1]! + a[3]! * b[3]!,
  ];
  const sheared = product(product(rotation, [1, 0, -Math.tan(y), 1]), [1, -Math.tan(x), 0, 1]);
  const [a, b, c, d] = sheared.map((v) => v * scale) as [number, number, number, number];
  const det = a * d - b * c;
  return (px, py) => {
    const [dx, dy] = [px - width / 2 - tx, py - height / 2 - ty];
    return [(d * dx - b * dy) / det + width / 2, (a * dy - c * dx) / det + height / 2];
  };
}

const filters: readonly Filter[] = ['nearest', 'bilinear', 'bicubic'];

describe('warps', () => {
  it.each(filters)('rotate as Pillow does (%s)', async (interpolation) => {
    for (const [width, height, angle] of [
      [61, 47, 17.3],
      [40, 90, -133],
      [5, 3, 44],
      [1, 1, 10],
    ] as const) {
      const input = picture(width, height);
      const got = await F.rotate(input, angle, { interpolation, fill: 9 });
      const map = affineMap(input, -angle, [0, 0], 1, [0, 0]);
      expectEqual(got, transformed(input, map, interpolation, 9, [width, height]));
    }
  });

  it.each(filters)('make room for all of a turned picture (%s)', async (interpolation) => {
    const input = picture(50, 30);
    const got = await F.rotate(input, 30, { interpolation, expand: true, fill: 255 });
    const [c, s] = [Math.cos(radians(30)), Math.sin(radians(30))];
    const [halfWidth, halfHeight] = [25 * c + 15 * s, 25 * s + 15 * c];
    // Pillow counts whole pixels from the corners.
    expect(got.width).toBe(Math.ceil(25 + halfWidth) - Math.floor(25 - halfWidth));
    expect(got.height).toBe(Math.ceil(15 + halfHeight) - Math.floor(15 - halfHeight));
    const inner = affineMap(input, -30, [0, 0], 1, [0, 0]);
    const map: Map = (x, y) => inner(x - (got.width - 50) / 2, y - (got.height - 30) / 2);
    expectEqual(got, transformed(input, map, interpolation, 255, [got.width, got.height]));
  });

  it.each(filters)('move, scale and shear as torchvision does (%s)', async (interpolation) => {
    for (const [angle, translate, scale, shear] of [
      [21, [4, -7], 0.7, [8, -3]],
      [-160, [0, 2], 1.9, [-20, 12]],
      [0, [3, 5], 1, [0, 0]],
      [0, [0, 0], 0.37, [0, 0]],
    ] as const) {
      const input = picture(57, 43);
      const got = await F.affine(input, angle, translate, scale, shear, { interpolation });
      const map = affineMap(input, angle, translate, scale, [shear[0], shear[1]]);
      expectEqual(got, transformed(input, map, interpolation, 0, [57, 43]));
    }
  });

  it.each(filters)('take corners to corners (%s)', async (interpolation) => {
    const input = picture(64, 48);
    // A map whose coefficients are f32 numbers: what torchvision rounds them to changes nothing.
    const m = [1.25, 0.125, -3, 0.0625, 1.125, 2, 0.0009765625, -0.001953125];
    const map: Map = (x, y) => {
      const w = m[6]! * x + m[7]! * y + 1;
      return [(m[0]! * x + m[1]! * y + m[2]!) / w, (m[3]! * x + m[4]! * y + m[5]!) / w];
    };
    const ends = [
      [0, 0],
      [63, 5],
      [60, 47],
      [2, 40],
    ] as const;
    const got = await F.perspective(
      input,
      ends.map(([x, y]) => map(x, y)),
      ends,
      { interpolation, fill: 77 },
    );
    expectEqual(got, transformed(input, map, interpolation, 77, [64, 48]));
  });

  it('decode no more of a file than the crop behind them needs', () => {
    const plan = (ops: readonly object[]): { source: { width: number; height: number }; width: number } =>
      compilePipeline(
        parsePipeline({ version: 1, ops, output: { dtype: 'u8', layout: 'NHWC', channels: 3 } }),
      ).plan({
        width: 1000,
        height: 800,
      }) as never;
    const turn = { op: 'RandomRotation', degrees: [20, 20], interpolation: 'bilinear' };
    expect(plan([turn]).source.width).toBe(1000);
    const cut = plan([turn, { op: 'CenterCrop', size: [100, 100] }]);
    expect(cut.width).toBe(100);
    expect(cut.source.width).toBeLessThan(145);
    expect(cut.source.height).toBeLessThan(145);
    const resized = plan([turn, { op: 'CenterCrop', size: [200, 200] }, { op: 'Resize', size: [50, 50] }]);
    expect(resized.source.width).toBeLessThan(275);
  });

  it('are refused with a filter they do not have', async () => {
    for (const op of ['RandomRotation', 'RandomAffine'])
      expect(() =>
        parsePipeline({ version: 1, ops: [{ op, degrees: 10, interpolation: 'lanczos' }] }),
      ).toThrowError(/interpolation/);
  });
});
