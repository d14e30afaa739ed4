import { z } from 'zod';
import type { Field } from '../ops/fields.js';

type Fields = Readonly<Record<string, Field>>;

/** What the declaration of a batch op says. */
export interface BatchOpDeclaration<N extends string, F extends Fields> {
  /** torchvision v2's class name. */
  readonly name: N;
  readonly summary: string;
  /** What is computed, in one line of mathematics. */
  readonly formula: string;
  readonly fields: F;
  /** The numeric promise, in words. */
  readonly promise: string;
  /** Papers and libraries that the definition follows. */
  readonly source: string;
}

/** Canonical parameters of a batch op, as they stand in PipelineSpec JSON. */
export type BatchOpInstance<N extends string, F extends Fields> = { readonly op: N } & {
  readonly [K in keyof F]: z.output<F[K]['schema']>;
};

export interface BatchOpDefinition<N extends string = string, F extends Fields = Fields>
  extends BatchOpDeclaration<N, F> {
  /** Gives the canonical object with every default filled in; unknown keys refused. */
  readonly schema: z.ZodType<BatchOpInstance<N, F>>;
}

/**
 * Declares an op on whole batches. The TypeScript type, the JSON Schema, the C++ struct and the reference page come
 * from it.
 */
export function defineBatchOp<const N extends string, const F extends Fields>(
  declaration: BatchOpDeclaration<N, F>,
): BatchOpDefinition<N, F> {
  const shape: Record<string, z.ZodType> = { op: z.literal(declaration.name) };
  for (const [key, field] of Object.entries(declaration.fields)) shape[key] = field.schema;
  return { ...declaration, schema: z.strictObject(shape) as unknown as z.ZodType<BatchOpInstance<N, F>> };
}
