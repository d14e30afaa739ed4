import { z } from 'zod';
import type { Field } from './fields.js';

/** Where an op sits in the fused program. */
export type OpKind = 'geometry' | 'colour' | 'tail' | 'policy';

type Fields = Readonly<Record<string, Field>>;

/** What a declaration says. */
export interface OpDeclaration<N extends string, F extends Fields> {
  /** torchvision v2's class name. */
  readonly name: N;
  readonly summary: string;
  /** What is computed, in one line of mathematics. */
  readonly formula: string;
  readonly fields: F;
  /** 32-bit random words that one application draws. */
  readonly randomWords: number;
  /** What the number of words depends on, where it does. */
  readonly randomNote?: string;
  /** The numeric promise, in words. */
  readonly promise: string;
  readonly kind: OpKind;
  readonly devices: readonly ('cpu' | 'cuda')[];
  /** Whether the op composes into the one map or the pointwise chain. False: it needs a pass of its own. */
  readonly fusable: boolean;
  /**
   * Pixel steps whose code lives in the op's folder of the native core, e.g. `['Blur']` for a struct `BlurStep`.
   * Default: none (the op composes into the geometry or reuses steps of other ops).
   */
  readonly steps?: readonly string[];
  /** Fixed parameters, nothing drawn: for tests and direct use rather than for augmentation. */
  readonly functional?: boolean;
  /** What single fields do not say, of canonical parameters: the field at fault and why, or null. */
  readonly check?: (op: OpInstance<N, F>) => FieldFault | null;
}

/** A field whose value does not go with another field's. */
export interface FieldFault {
  readonly field: string;
  readonly detail: string;
}

/** Canonical parameters of an op, as they stand in PipelineSpec JSON. */
export type OpInstance<N extends string, F extends Fields> = { readonly op: N } & {
  readonly [K in keyof F]: z.output<F[K]['schema']>;
};

export interface OpDefinition<N extends string = string, F extends Fields = Fields>
  extends OpDeclaration<N, F> {
  /** Accepts torchvision's forms, gives the canonical object with every default filled in; unknown keys refused. */
  readonly schema: z.ZodType<OpInstance<N, F>>;
  /** The same with `op` for the members of nested lists, which `schema` only asks to be objects with a name. */
  readonly schemaWith: (op: z.ZodType) => z.ZodType<OpInstance<N, F>>;
}

/** Declares a transform. The TypeScript type, the JSON Schema, the C++ struct and the reference page come from it. */
export function defineOp<const N extends string, const F extends Fields>(
  declaration: OpDeclaration<N, F>,
): OpDefinition<N, F> {
  const schemaWith = (op: z.ZodType | null): z.ZodType<OpInstance<N, F>> => {
    const shape: Record<string, z.ZodType> = { op: z.literal(declaration.name) };
    for (const [key, field] of Object.entries(declaration.fields))
      shape[key] = op !== null && field.nested ? field.nested(op) : field.schema;
    return z.strictObject(shape) as unknown as z.ZodType<OpInstance<N, F>>;
  };
  return { ...declaration, schema: schemaWith(null), schemaWith };
}
