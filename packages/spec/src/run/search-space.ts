/** The space that a search draws run configurations from. */
import { z } from 'zod';
import { SakerError } from '../errors/saker-error.js';
import { Random } from '../random.js';
import { runConfigSchema } from './run-config.js';

const range = z
  .strictObject({
    min: z.number().finite(),
    max: z.number().finite(),
    /** Draw the logarithm evenly: for rates and decays. */
    log: z.boolean().default(false),
    /** Whole numbers only. */
    int: z.boolean().default(false),
  })
  .refine((r) => r.max >= r.min, { message: 'max must not be below min' })
  .refine((r) => !r.log || r.min > 0, { message: 'log needs a min above 0' });
const choices = z.array(z.union([z.string(), z.number(), z.boolean(), z.null()])).min(1);

/** Fields of a run configuration, each with a range or a list of choices. */
export const searchSpaceSchema = z.record(z.string(), z.union([range, choices]));
export type SearchSpaceInput = z.input<typeof searchSpaceSchema>;
export type SearchSpace = z.output<typeof searchSpaceSchema>;

/** Fields that a search must not touch: it has its own say over them. */
const OWN = new Set(['data', 'out', 'seed', 'epochs', 'threads', 'monitor', 'task']);

/**
 * Checks a space against the fields that a run has.
 * @throws SakerError E_CONFIG_INVALID naming the field.
 */
export function parseSearchSpace(value: unknown, file = 'given'): SearchSpace {
  const result = searchSpaceSchema.safeParse(value);
  const fail = (detail: string): never => {
    throw new SakerError('E_CONFIG_INVALID', { file, detail });
  };
  if (!result.success) {
    const issue = result.error.issues[0];
    return fail(`${issue?.path.join('.') || 'space'}: ${issue?.message ?? 'invalid'}`);
  }
  for (const name of Object.keys(result.data)) {
    if (!(name in runConfigSchema.shape)) fail(`${name}: no field of a run configuration`);
    if (OWN.has(name)) fail(`${name}: set for the whole search, not drawn`);
  }
  if (Object.keys(result.data).length === 0) fail('space: names no field');
  return result.data;
}

/** What is worth searching when nothing else is said. */
export const DEFAULT_SEARCH_SPACE: SearchSpaceInput = {
  lr: { min: 1e-5, max: 1e-1, log: true },
  weightDecay: { min: 1e-6, max: 1e-1, log: true },
  labelSmoothing: [0, 0.1],
  mixup: [0, 0.2, 0.8],
};

/** One drawn configuration. */
export type Draw = Readonly<Record<string, string | number | boolean | null>>;

const SEARCH_STREAM = 0x54554e45;

/** Draw number `trial` of a space: a function of (space, seed, trial), whatever was drawn before. */
export function drawTrial(space: SearchSpace, seed: number, trial: number): Draw {
  const random = new Random(seed, SEARCH_STREAM + trial);
  const entries = Object.entries(space).map(([name, field]) => {
    const u = random.uniform();
    if (Array.isArray(field)) return [name, field[Math.floor(u * field.length)] as Draw[string]] as const;
    const { min, max, log, int } = field;
    const top = int ? max + 1 : max;
    const value = log ? Math.exp(Math.log(min) + u * Math.log(top / min)) : min + u * (top - min);
    return [name, int ? Math.min(max, Math.floor(value)) : Number(value.toPrecision(6))] as const;
  });
  return Object.fromEntries(entries);
}
