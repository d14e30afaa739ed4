/** Fields that the augmentation policies and the free-form warps share. */
import { z } from 'zod';
import { type Field, interpolation } from './fields.js';

const finite = z.number().finite();

/** `[x, y]`; a plain number means both. */
export function pair(o: {
  readonly doc: string;
  readonly default: number;
  readonly min: number;
  readonly max: number;
}): Field<z.ZodType<[number, number]>> {
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

type Filter = 'nearest' | 'bilinear' | 'bicubic' | 'lanczos';

/** How a picture is read between its pixels: nearest, bilinear or bicubic (a = -0.5). */
export function warpFilter(value: 'nearest' | 'bilinear'): Field<z.ZodType<Filter>> {
  const schema = z.enum(['nearest', 'bilinear', 'bicubic']).default(value);
  return {
    ...interpolation(),
    schema: schema as unknown as z.ZodType<Filter>,
    doc: 'how the picture is read between its pixels (bicubic a = -0.5)',
    range: 'nearest, bilinear, bicubic',
    defaultText: JSON.stringify(value),
  };
}
