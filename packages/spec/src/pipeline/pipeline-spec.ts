/** PipelineSpec: the one declaration of a pixel path, used alike by training, evaluation, batch jobs and serving. */
import { z } from 'zod';
import { contentHash } from '../canonical.js';
import { SakerError } from '../errors/saker-error.js';
import type { NestedOp } from '../ops/nested-fields.js';
import { OPS, type OpSpec } from '../ops/registry.js';
import { explainIssue, tooDeep } from './explain.js';
import { definitionOf, MAX_OPS, type PlacedOp, placedOps } from './walk.js';

const opSchema: z.ZodType<OpSpec> = z.discriminatedUnion(
  'op',
  OPS.map((definition) => definition.schemaWith(z.lazy(() => opSchema))) as unknown as [
    z.core.$ZodTypeDiscriminable,
  ],
) as unknown as z.ZodType<OpSpec>;

/** How the compressed picture is read. */
const decodeSchema = z.strictObject({
  /** `off`: full resolution. `auto`: libjpeg may decode at 1/2, 1/4 or 1/8 while the resample still shrinks. */
  dct_scaling: z.enum(['off', 'auto']).default('off'),
});

const outputSchema = z.strictObject({
  dtype: z.enum(['f32', 'u8']).default('f32'),
  layout: z.enum(['NCHW', 'NHWC']).default('NCHW'),
  channels: z.union([z.literal(1), z.literal(3)]).default(3),
});

const schema = z.strictObject({
  version: z.literal(1).default(1),
  ops: z.array(opSchema).max(64),
  decode: decodeSchema.default({ dct_scaling: 'off' }),
  output: outputSchema.default({ dtype: 'f32', layout: 'NCHW', channels: 3 }),
});

/** What a pipeline produces. u8 is 0..255; f32 is 0..1, or what Normalize makes of that. */
export interface PipelineOutput {
  readonly dtype: 'f32' | 'u8';
  readonly layout: 'NCHW' | 'NHWC';
  readonly channels: 1 | 3;
}

/** A canonical pipeline: every default is filled in, so equal pipelines have equal JSON and equal hashes. */
export interface PipelineSpec {
  readonly version: 1;
  readonly ops: readonly OpSpec[];
  readonly decode: { readonly dct_scaling: 'off' | 'auto' };
  readonly output: PipelineOutput;
}

function refuse(path: string, detail: string): never {
  throw new SakerError('E_PIPELINE_INVALID', { path, detail });
}

/** Order and meaning, which the shapes alone do not say. */
function checkOrder(spec: PipelineSpec): PipelineSpec {
  let normalised = -1;
  let channels: number = 3;
  spec.ops.forEach((op, i) => {
    if (normalised >= 0) refuse(`ops[${i}]`, `${op.op} stands after Normalize, which must be last`);
    if (op.op === 'Normalize') {
      normalised = i;
      if (spec.output.dtype === 'u8') refuse(`ops[${i}]`, 'Normalize needs output dtype f32');
      for (const name of ['mean', 'std'] as const) {
        const got = op[name].length;
        if (got !== 1 && got !== spec.output.channels)
          refuse(`ops[${i}].${name}`, `expected 1 or ${spec.output.channels} numbers, received ${got}`);
      }
    }
    if (op.op === 'Grayscale') channels = op.num_output_channels;
    if (op.op === 'Resize' && op.max_size !== null && op.size.length === 2)
      refuse(`ops[${i}].max_size`, 'max_size goes with size [n] only');
  });
  const placed = placedOps(spec.ops as readonly NestedOp[]);
  if (placed.length > MAX_OPS) refuse('ops', `expected at most ${MAX_OPS} ops, nested ones counted`);
  placed.forEach((at) => {
    checkPlaced(at, normalised >= 0);
  });
  if (channels === 1 && spec.output.channels === 3)
    refuse(
      'output.channels',
      'Grayscale(1) leaves one channel; use num_output_channels 3 or output channels 1',
    );
  return spec;
}

/** What an op must keep to wherever it stands. */
function checkPlaced({ op, path, depth }: PlacedOp, normalised: boolean): void {
  const fault = definitionOf(op.op)?.check?.(op as never) ?? null;
  if (fault !== null) refuse(`${path}.${fault.field}`, `${op.op}: ${fault.detail}`);
  if (op.op === 'RandomErasing' && op.value === 'mean' && !normalised)
    refuse(`${path}.value`, 'mean is what Normalize maps to 0, and the pipeline has no Normalize');
  if (depth === 0) return;
  if (op.op === 'Normalize') refuse(path, 'Normalize stands last in the pipeline, not inside another op');
  if (op.op === 'Grayscale' && op.num_output_channels === 1)
    refuse(`${path}.num_output_channels`, 'a nested Grayscale keeps 3 channels: expected 3, received 1');
}

/**
 * Validates a pipeline and fills in every default.
 * @throws SakerError E_PIPELINE_INVALID, naming the place, the op, its field, and the nearest spelling of a wrong name.
 */
export function parsePipeline(value: unknown): PipelineSpec {
  const deep = tooDeep(value);
  if (deep !== null) refuse(deep, 'ops are nested deeper than 8 lists');
  const result = schema.safeParse(value);
  if (!result.success) {
    const { path, detail } = explainIssue(result.error.issues[0], value);
    refuse(path, detail);
  }
  return checkOrder(result.data as PipelineSpec);
}

/** `sha256:<hex>` of the canonical JSON of a canonical pipeline. */
export function pipelineHash(spec: PipelineSpec): string {
  return contentHash(spec);
}

/** JSON Schema (draft 2020-12) of what `parsePipeline` accepts. */
export function pipelineJsonSchema(): unknown {
  return z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
}
