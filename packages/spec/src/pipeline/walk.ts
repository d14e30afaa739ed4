/** Ops of a pipeline, those inside other ops included. */
import type { OpDefinition } from '../ops/define-op.js';
import type { NestedOp } from '../ops/nested-fields.js';
import { OPS } from '../ops/registry.js';

/** Most ops of one pipeline, nested ones counted. */
export const MAX_OPS = 256;

/** An op with its place: `ops[1].transforms[0]`. */
export interface PlacedOp {
  readonly op: NestedOp;
  readonly path: string;
  /** Lists around it, the pipeline's own not counted. */
  readonly depth: number;
}

/** The declaration of the op of this name. */
export function definitionOf(name: string): OpDefinition | undefined {
  return (OPS as unknown as readonly OpDefinition[]).find((known) => known.name === name);
}

/** The names of an op's fields that hold ops. */
export function nestedFields(name: string): string[] {
  const fields = definitionOf(name)?.fields ?? {};
  return Object.keys(fields).filter((field) => fields[field]?.nested !== undefined);
}

/**
 * Every op of canonical lists in pre-order: an op, then the ops it holds, then its successor. The position in this
 * list is the op index that keys its random numbers.
 */
export function placedOps(ops: readonly NestedOp[], at = 'ops', depth = 0): PlacedOp[] {
  return ops.flatMap((op, i) => {
    const path = `${at}[${i}]`;
    const inside = nestedFields(op.op).flatMap((field) =>
      placedOps(op[field] as readonly NestedOp[], `${path}.${field}`, depth + 1),
    );
    return [{ op, path, depth }, ...inside];
  });
}
