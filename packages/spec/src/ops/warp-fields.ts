/** Kinds of parameters of the ops that warp: angles, points, filters. As fields.ts. */
import { z } from 'zod';
import type { Field } from './fields.js';

interface FieldOptions {
  readonly doc: string;
}

const finite = z.number().finite();

/** The filters of a warp. One C++ enum with those of a resize, so that its values are listed too. */
export const warpInterpolation = (
  initial: 'nearest' | 'bilinear',
): Field<z.ZodType<'nearest' | 'bilinear' | 'bicubic'>> => ({
  schema: z.enum(['nearest', 'bilinear', 'bicubic']).default(initial) as unknown as z.ZodType<
    'nearest' | 'bilinear' | 'bicubic'
  >,
  cpp: 'enum',
  nullable: false,
  values: ['nearest', 'bilinear', 'bicubic', 'lanczos'],
  doc: 'filter (Pillow Image.transform; bicubic a = -1)',
  range: 'nearest, bilinear, bicubic',
  defaultText: JSON.stringify(initial),
});

const ordered = (bound: z.ZodType<number>) =>
  z.tuple([bound, bound]).refine(([low, high]) => low <= high, 'expected low <= high');

/** `[low, high]` in degrees; a plain number v >= 0 means [-v, v]. */
export function degrees(o: FieldOptions & { bound: number }): Field<z.ZodType<[number, number]>> {
  const pair = ordered(finite.min(-o.bound).max(o.bound));
  return {
    schema: z.preprocess(
      (v) => (typeof v === 'number' && v >= 0 ? [-v, v] : v),
      pair,
    ) as unknown as z.ZodType<[number, number]>,
    cpp: 'std::array<double, 2>',
    nullable: false,
    doc: o.doc,
    range: `[-${o.bound}, ${o.bound}]; v: [-v, v]`,
  };
}

/** One angle in degrees. */
export function angle(o: FieldOptions & { bound: number }): Field<z.ZodType<number>> {
  return {
    schema: finite.min(-o.bound).max(o.bound),
    cpp: 'double',
    nullable: false,
    doc: o.doc,
    range: `[-${o.bound}, ${o.bound}]`,
  };
}

/** `[x, y]` inside a range, or null. */
export function optionalPair(
  o: FieldOptions & { min: number; max: number },
): Field<z.ZodType<[number, number] | null>> {
  const value = finite.min(o.min).max(o.max);
  return {
    schema: z.union([z.null(), z.tuple([value, value])]).default(null) as unknown as z.ZodType<
      [number, number] | null
    >,
    cpp: 'std::array<double, 2>',
    nullable: true,
    doc: o.doc,
    range: `null or inside [${o.min}, ${o.max}]`,
    defaultText: 'null',
  };
}

/** `[x, y]` inside a range. */
export function pair(
  o: FieldOptions & { min: number; max: number; default: readonly [number, number] },
): Field<z.ZodType<[number, number]>> {
  const value = finite.min(o.min).max(o.max);
  return {
    schema: z.tuple([value, value]).default([o.default[0], o.default[1]]) as unknown as z.ZodType<
      [number, number]
    >,
    cpp: 'std::array<double, 2>',
    nullable: false,
    doc: o.doc,
    range: `[${o.min}, ${o.max}]`,
    defaultText: JSON.stringify(o.default),
  };
}

/** `[low, high]` above 0, or null. */
export function optionalScale(o: FieldOptions & { max: number }): Field<z.ZodType<[number, number] | null>> {
  return {
    schema: z.union([z.null(), ordered(finite.gt(0).max(o.max))]).default(null) as unknown as z.ZodType<
      [number, number] | null
    >,
    cpp: 'std::array<double, 2>',
    nullable: true,
    doc: o.doc,
    range: `null or inside (0, ${o.max}]`,
    defaultText: 'null',
  };
}

/** torchvision's forms of a shear: v means [-v, v], [a, b] along x; canonical: [x0, x1, y0, y1]. */
export function optionalShear(
  o: FieldOptions & { bound: number },
): Field<z.ZodType<[number, number, number, number] | null>> {
  const value = finite.min(-o.bound).max(o.bound);
  const four = z
    .tuple([value, value, value, value])
    .refine(([a, b, c, d]) => a <= b && c <= d, 'expected low <= high');
  const schema = z.preprocess(
    (v) => {
      if (typeof v === 'number' && v >= 0) return [-v, v, 0, 0];
      return Array.isArray(v) && v.length === 2 ? [v[0], v[1], 0, 0] : v;
    },
    z.union([z.null(), four]),
  );
  return {
    schema: schema.default(null) as unknown as z.ZodType<[number, number, number, number] | null>,
    cpp: 'std::array<double, 4>',
    nullable: true,
    doc: o.doc,
    range: `null or inside [-${o.bound}, ${o.bound}]`,
    defaultText: 'null',
  };
}

type Corner = [number, number];

/** Four `[x, y]`: top left, top right, bottom right, bottom left. */
export function corners(o: FieldOptions): Field<z.ZodType<[Corner, Corner, Corner, Corner]>> {
  const value = finite.min(-65_500).max(65_500);
  const point = z.tuple([value, value]);
  return {
    schema: z.tuple([point, point, point, point]),
    cpp: 'std::array<std::array<double, 2>, 4>',
    nullable: false,
    doc: o.doc,
    range: '-65500..65500 pixels',
  };
}

/** `[x, y]`; a plain number means both. */
export function pairOrNumber(
  o: FieldOptions & { min: number; max: number; default: number },
): Field<z.ZodType<[number, number]>> {
  const bound = finite.min(o.min).max(o.max);
  const schema = z.preprocess(
    (v) => {
      if (typeof v === 'number') return [v, v];
      return Array.isArray(v) && v.length === 1 ? [v[0], v[0]] : v;
    },
    z.tuple([bound, bound]),
  );
  return {
    schema: schema.default([o.default, o.default]) as unknown as z.ZodType<[number, number]>,
    cpp: 'std::array<double, 2>',
    nullable: false,
    doc: o.doc,
    range: `${o.min}..${o.max}`,
    defaultText: JSON.stringify([o.default, o.default]),
  };
}
