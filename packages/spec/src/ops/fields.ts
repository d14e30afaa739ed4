/**
 * Kinds of transform parameters. A field carries its zod schema (accepts what torchvision accepts, gives one
 * canonical form), the C++ type that `tools/codegen` writes for it, and what the reference page shows.
 */
import { z } from 'zod';

/** C++ member types that the generated parameter structs use. */
export type CppType =
  | 'int32_t'
  | 'double'
  | 'bool'
  | 'InlineVec<int32_t, 2>'
  | 'InlineVec<double, 4>'
  | 'InlineVec<double, 32>'
  | 'OpList'
  | 'EraseValue'
  | 'std::array<int32_t, 2>'
  | 'std::array<int32_t, 3>'
  | 'std::array<int32_t, 4>'
  | 'std::array<double, 2>'
  | 'std::array<double, 3>'
  | 'std::array<double, 4>'
  | 'std::array<std::array<double, 2>, 4>'
  | 'enum';

export interface Field<S extends z.ZodType = z.ZodType> {
  readonly schema: S;
  readonly cpp: CppType;
  /** Null is allowed (`std::optional` in C++). */
  readonly nullable: boolean;
  /** The schema of a list of ops, given the schema of one; `schema` then leaves the members unchecked. */
  readonly nested?: (op: z.ZodType) => z.ZodType;
  /** Values of an `enum` field. */
  readonly values?: readonly string[];
  readonly doc: string;
  /** Allowed range in words. */
  readonly range: string;
  /** Default in words; undefined when the parameter is required. */
  readonly defaultText?: string;
}

interface FieldOptions {
  readonly doc: string;
}

const finite = z.number().finite();
const show = (v: unknown): string => JSON.stringify(v);

/** Whole number. */
export function int(
  o: FieldOptions & { default?: number; min: number; max: number },
): Field<z.ZodType<number>> {
  const base = z.number().int().min(o.min).max(o.max);
  return {
    schema: o.default === undefined ? base : base.default(o.default),
    cpp: 'int32_t',
    nullable: false,
    doc: o.doc,
    range: `${o.min}..${o.max}`,
    ...(o.default === undefined ? {} : { defaultText: show(o.default) }),
  };
}

/** Whole number or null. */
export function optionalInt(o: FieldOptions & { min: number; max: number }): Field<z.ZodType<number | null>> {
  return {
    schema: z.number().int().min(o.min).max(o.max).nullable().default(null),
    cpp: 'int32_t',
    nullable: true,
    doc: o.doc,
    range: `null or ${o.min}..${o.max}`,
    defaultText: 'null',
  };
}

/** Real number in [min, max], or (min, max] when open. */
export function real(
  o: FieldOptions & { default?: number; min: number; max: number; open?: boolean },
): Field<z.ZodType<number>> {
  const base = o.open ? finite.gt(o.min).max(o.max) : finite.min(o.min).max(o.max);
  return {
    schema: o.default === undefined ? base : base.default(o.default),
    cpp: 'double',
    nullable: false,
    doc: o.doc,
    range: `${o.open ? '(' : '['}${o.min}, ${o.max}]`,
    ...(o.default === undefined ? {} : { defaultText: show(o.default) }),
  };
}

/** Probability in 0..1. */
export function probability(o: FieldOptions & { default: number }): Field<z.ZodType<number>> {
  return {
    schema: finite.min(0).max(1).default(o.default),
    cpp: 'double',
    nullable: false,
    doc: o.doc,
    range: '0..1',
    defaultText: show(o.default),
  };
}

export function bool(o: FieldOptions & { default: boolean }): Field<z.ZodType<boolean>> {
  return {
    schema: z.boolean().default(o.default),
    cpp: 'bool',
    nullable: false,
    doc: o.doc,
    range: 'true or false',
    defaultText: show(o.default),
  };
}

/** One of a closed list of names. */
export function choice<const T extends readonly [string, ...string[]]>(
  o: FieldOptions & { values: T; default: T[number] },
): Field<z.ZodType<T[number]>> {
  return {
    schema: z.enum(o.values).default(o.default as never) as unknown as z.ZodType<T[number]>,
    cpp: 'enum',
    nullable: false,
    values: o.values,
    doc: o.doc,
    range: o.values.join(', '),
    defaultText: show(o.default),
  };
}

/** The resampling filters, by Pillow's definitions. */
export const interpolation = (): Field<z.ZodType<'nearest' | 'bilinear' | 'bicubic' | 'lanczos'>> =>
  choice({
    values: ['nearest', 'bilinear', 'bicubic', 'lanczos'],
    default: 'bilinear',
    doc: 'resampling filter (Pillow definitions; bicubic a = -0.5, lanczos with 3 lobes)',
  });

const edge = z.number().int().min(1).max(65_500);

/** `[n]` or `[h, w]` in pixels; a plain number means `[n]` for `short`, `[n, n]` for `square`. */
export function size(o: FieldOptions & { plain: 'short' | 'square' }): Field<z.ZodType<number[]>> {
  const list = o.plain === 'short' ? z.array(edge).min(1).max(2) : z.array(edge).length(2);
  const schema = z.preprocess((v) => {
    if (typeof v === 'number') return o.plain === 'short' ? [v] : [v, v];
    return Array.isArray(v) && v.length === 1 && o.plain === 'square' ? [v[0], v[0]] : v;
  }, list);
  return {
    schema: schema as unknown as z.ZodType<number[]>,
    cpp: 'InlineVec<int32_t, 2>',
    nullable: false,
    doc: o.doc,
    range: '1..65500 pixels',
  };
}

/** `[low, high]` with low <= high inside a range. */
export function interval(
  o: FieldOptions & { default: readonly [number, number]; min: number; max: number; open?: boolean },
): Field<z.ZodType<[number, number]>> {
  const bound = o.open ? finite.gt(o.min).max(o.max) : finite.min(o.min).max(o.max);
  return {
    schema: z
      .tuple([bound, bound])
      .refine(([low, high]) => low <= high, 'expected low <= high')
      .default([o.default[0], o.default[1]]) as unknown as z.ZodType<[number, number]>,
    cpp: 'std::array<double, 2>',
    nullable: false,
    doc: o.doc,
    range: `${o.open ? '(' : '['}${o.min}, ${o.max}]`,
    defaultText: show(o.default),
  };
}

/** torchvision's padding forms (n, [n], [x, y], [left, top, right, bottom]); canonical: the last. */
const paddingList = z.preprocess(
  (v) => {
    if (typeof v === 'number') return [v, v, v, v];
    if (!Array.isArray(v)) return v;
    if (v.length === 1) return [v[0], v[0], v[0], v[0]];
    return v.length === 2 ? [v[0], v[1], v[0], v[1]] : v;
  },
  z.array(z.number().int().min(0).max(65_500)).length(4),
);

/** `[left, top, right, bottom]` in pixels. */
export function padding(o: FieldOptions): Field<z.ZodType<number[]>> {
  return {
    schema: paddingList as unknown as z.ZodType<number[]>,
    cpp: 'std::array<int32_t, 4>',
    nullable: false,
    doc: o.doc,
    range: '0..65500 pixels',
  };
}

/** Padding or null. */
export function optionalPadding(o: FieldOptions): Field<z.ZodType<number[] | null>> {
  return {
    schema: z.union([z.null(), paddingList]).default(null) as unknown as z.ZodType<number[] | null>,
    cpp: 'std::array<int32_t, 4>',
    nullable: true,
    doc: o.doc,
    range: 'null or 0..65500 pixels',
    defaultText: 'null',
  };
}

/** How padding is filled. */
export const paddingMode = (): Field<z.ZodType<'constant' | 'edge' | 'reflect' | 'symmetric'>> =>
  choice({
    values: ['constant', 'edge', 'reflect', 'symmetric'],
    default: 'constant',
    doc: 'how the border is filled',
  });

/** `[r, g, b]` in 0..255; a plain number means all three. */
export function fill(o: FieldOptions): Field<z.ZodType<[number, number, number]>> {
  const level = finite.min(0).max(255);
  const schema = z.preprocess((v) => (typeof v === 'number' ? [v, v, v] : v), z.tuple([level, level, level]));
  return {
    schema: schema.default([0, 0, 0]) as unknown as z.ZodType<[number, number, number]>,
    cpp: 'std::array<double, 3>',
    nullable: false,
    doc: o.doc,
    range: '0..255 a channel',
    defaultText: '[0,0,0]',
  };
}

/** ColorJitter's forms: a number v means [max(0, centre - v), centre + v]; null or 0 means off. */
export function jitter(
  o: FieldOptions & { centre: 0 | 1; bound: number },
): Field<z.ZodType<[number, number] | null>> {
  const low = o.centre === 0 ? -o.bound : 0;
  const pair = z
    .tuple([finite.min(low).max(o.bound), finite.min(low).max(o.bound)])
    .refine(([a, b]) => a <= b, 'expected low <= high');
  const schema = z.preprocess(
    (v) => {
      if (v === 0) return null;
      if (typeof v !== 'number') return v;
      return [o.centre === 0 ? -v : Math.max(0, 1 - v), o.centre + v];
    },
    z.union([z.null(), pair]),
  );
  return {
    schema: schema.default(null) as unknown as z.ZodType<[number, number] | null>,
    cpp: 'std::array<double, 2>',
    nullable: true,
    doc: o.doc,
    range: `null or inside [${low}, ${o.bound}]`,
    defaultText: 'null',
  };
}

/** One value a channel: 1 or 3 numbers. */
export function perChannel(o: FieldOptions & { positive?: boolean }): Field<z.ZodType<number[]>> {
  const value = o.positive ? finite.gt(0) : finite;
  return {
    schema: z
      .preprocess((v) => (typeof v === 'number' ? [v] : v), z.array(value).min(1).max(3))
      .refine((v) => v.length !== 2, 'expected 1 or 3 numbers') as unknown as z.ZodType<number[]>,
    cpp: 'InlineVec<double, 4>',
    nullable: false,
    doc: o.doc,
    range: o.positive ? '> 0' : 'any',
  };
}

/** Blur kernel: `[kx, ky]`, odd; a plain number means both. */
export function kernelSize(
  o: FieldOptions & { max: number; default?: number },
): Field<z.ZodType<[number, number]>> {
  const odd = z
    .number()
    .int()
    .min(1)
    .max(o.max)
    .refine((v) => v % 2 === 1, 'expected an odd number');
  const schema = z.preprocess(
    (v) => {
      if (typeof v === 'number') return [v, v];
      return Array.isArray(v) && v.length === 1 ? [v[0], v[0]] : v;
    },
    z.tuple([odd, odd]),
  );
  return {
    schema: (o.default === undefined
      ? schema
      : schema.default([o.default, o.default])) as unknown as z.ZodType<[number, number]>,
    cpp: 'std::array<int32_t, 2>',
    nullable: false,
    doc: o.doc,
    range: `odd, 1..${o.max}`,
    ...(o.default === undefined ? {} : { defaultText: show([o.default, o.default]) }),
  };
}

/** `[low, high]`; a plain number v means [v, v]. */
export function intervalOrNumber(
  o: FieldOptions & { default: readonly [number, number]; min: number; max: number; open?: boolean },
): Field<z.ZodType<[number, number]>> {
  const pair = interval(o);
  const schema = z.preprocess((v) => (typeof v === 'number' ? [v, v] : v), pair.schema);
  return { ...pair, schema: schema as unknown as z.ZodType<[number, number]> };
}

/** The order of the three channels: `out[c] = in[permutation[c]]`. */
export function permutation(o: FieldOptions): Field<z.ZodType<[number, number, number]>> {
  const index = z.number().int().min(0).max(2);
  return {
    schema: z
      .tuple([index, index, index])
      .refine((v) => new Set(v).size === 3, 'expected 0, 1 and 2 in some order') as unknown as z.ZodType<
      [number, number, number]
    >,
    cpp: 'std::array<int32_t, 3>',
    nullable: false,
    doc: o.doc,
    range: '0, 1 and 2 in some order',
  };
}

/** What an erased box is filled with: `random`, `mean`, or `[r, g, b]` of 0..255; a plain number means all three. */
export function eraseValue(o: FieldOptions): Field<z.ZodType<'random' | 'mean' | [number, number, number]>> {
  const level = finite.min(0).max(255);
  const schema = z
    .preprocess(
      (v) => (typeof v === 'number' ? [v, v, v] : v),
      z.union([z.literal('random'), z.literal('mean'), z.tuple([level, level, level])]),
    )
    .default([0, 0, 0]);
  return {
    schema: schema as unknown as z.ZodType<'random' | 'mean' | [number, number, number]>,
    cpp: 'EraseValue',
    nullable: false,
    doc: o.doc,
    range: 'random, mean, or 0..255 a channel',
    defaultText: '[0,0,0]',
  };
}
