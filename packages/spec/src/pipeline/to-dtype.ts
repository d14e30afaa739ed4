/** ToDtype, torchvision's last word on a tensor's type: not an op of its own here but the output's dtype. */
import { z } from 'zod';
import { SakerError } from '../errors/saker-error.js';

/** Element types of a pipeline's output. */
export const OUTPUT_DTYPES = ['f32', 'u8', 'f16', 'bf16'] as const;

export type OutputDtype = (typeof OUTPUT_DTYPES)[number];

const NAMES: Readonly<Record<string, OutputDtype>> = {
  float32: 'f32',
  uint8: 'u8',
  float16: 'f16',
  bfloat16: 'bf16',
};

/** torch's names, with or without `torch.`, and Saker's. */
export const toDtypeSchema = z.strictObject({
  op: z.literal('ToDtype'),
  dtype: z.enum([...OUTPUT_DTYPES, ...Object.keys(NAMES), ...Object.keys(NAMES).map((n) => `torch.${n}`)]),
  scale: z.boolean().default(false),
});

type Part = Readonly<Record<string, unknown>>;

const isPart = (value: unknown): value is Part => typeof value === 'object' && value !== null;

function refuse(path: string, detail: string): never {
  throw new SakerError('E_PIPELINE_INVALID', { path, detail });
}

/**
 * The same pipeline with its ToDtype, if it has one, written as `output.dtype`. It stands last, or right before a
 * Normalize that is last. Float output is always scaled to 0..1, so `scale` must be true for a float.
 * @throws SakerError E_PIPELINE_INVALID.
 */
export function liftToDtype(value: unknown): unknown {
  if (!isPart(value) || !Array.isArray(value.ops)) return value;
  const ops = value.ops as readonly unknown[];
  const at = ops.findIndex((op) => isPart(op) && op.op === 'ToDtype');
  if (at < 0) return value;
  const after = ops[at + 1];
  const tail = at === ops.length - 2 && isPart(after) && after.op === 'Normalize';
  if (at !== ops.length - 1 && !tail)
    refuse(
      `ops[${at}]`,
      "ToDtype names the output's dtype: it stands last, or right before the last Normalize",
    );
  const parsed = toDtypeSchema.safeParse(ops[at]);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    refuse([`ops[${at}]`, ...(issue?.path ?? [])].join('.'), issue?.message ?? 'not a ToDtype');
  }
  const name = parsed.data.dtype.replace(/^torch\./, '');
  const dtype = NAMES[name] ?? (name as OutputDtype);
  if (dtype !== 'u8' && !parsed.data.scale)
    refuse(
      `ops[${at}].scale`,
      `expected true: ${parsed.data.dtype} output is 0..1, or what Normalize makes of it`,
    );
  const output = isPart(value.output) ? value.output : {};
  if (output.dtype !== undefined && output.dtype !== dtype)
    refuse(`ops[${at}].dtype`, `${dtype} here, but output.dtype is ${String(output.dtype)}`);
  return { ...value, ops: ops.filter((_, i) => i !== at), output: { ...output, dtype } };
}
