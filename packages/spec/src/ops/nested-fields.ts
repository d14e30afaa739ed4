/** Fields of the ops that hold other ops. */
import { z } from 'zod';
import type { Field } from './fields.js';

/** An op inside another op's list; canonical once `parsePipeline` has seen it. */
export interface NestedOp {
  readonly op: string;
  readonly [parameter: string]: unknown;
}

/** Most ops in one nested list. */
export const MAX_NESTED_OPS = 32;

/** A list of 1 to 32 ops. */
export function transforms(o: { readonly doc: string }): Field<z.ZodType<readonly NestedOp[]>> {
  const list = (op: z.ZodType): z.ZodType => z.array(op).min(1).max(MAX_NESTED_OPS);
  return {
    schema: list(z.looseObject({ op: z.string() })) as unknown as z.ZodType<readonly NestedOp[]>,
    nested: list,
    cpp: 'OpList',
    nullable: false,
    doc: o.doc,
    range: `1..${MAX_NESTED_OPS} ops`,
  };
}

/** One weight per nested op, or null. */
export function weights(o: { readonly doc: string }): Field<z.ZodType<readonly number[] | null>> {
  const list = z
    .array(z.number().finite().min(0))
    .min(1)
    .max(MAX_NESTED_OPS)
    .refine((values) => values.some((v) => v > 0), 'expected at least one number above 0');
  return {
    schema: list.nullable().default(null) as unknown as z.ZodType<readonly number[] | null>,
    cpp: 'InlineVec<double, 32>',
    nullable: true,
    doc: o.doc,
    range: 'null, or a number >= 0 for each op',
    defaultText: 'null',
  };
}
