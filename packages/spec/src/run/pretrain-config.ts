/** PretrainConfig: everything that decides a self-supervised run besides the pictures and the code. */
import { z } from 'zod';
import { SakerError } from '../errors/saker-error.js';

/** Methods of self-supervised pretraining. */
export const PRETRAIN_METHODS = ['simclr', 'dino'] as const;

const areas = z
  .tuple([z.number().gt(0).max(1), z.number().gt(0).max(1)])
  .refine(([low, high]) => low <= high, {
    message: 'the first share must not be above the second',
  });

export const pretrainConfigSchema = z.strictObject({
  method: z.enum(PRETRAIN_METHODS),
  /** Folder of pictures, at any depth. */
  data: z.string().min(1),
  /** Zoo name or path of an .onnx file, whose classifier is left as it is. */
  model: z.string().min(1),
  /** Side of the views in pixels; default: the size the graph asks for. */
  size: z.number().int().min(8).max(4096).optional(),
  epochs: z.number().int().min(1).max(100_000).default(100),
  /** Pictures in a step; SimCLR tells each one from the others of its step. */
  batchSize: z.number().int().min(2).max(65_536).default(64),
  /** Peak learning rate of AdamW; default 1e-3, DINO 5e-4. */
  lr: z.number().positive().optional(),
  /** Default 1e-4, DINO 0.04. */
  weightDecay: z.number().min(0).optional(),
  warmup: z.number().min(0).max(0.9).default(0.1),
  /** SimCLR's temperature, default 0.5; DINO's of the student, default 0.1. */
  temperature: z.number().positive().optional(),
  /** Share of the picture that a (global) view shows; default [0.2, 1], DINO [0.4, 1]. */
  scale: areas.optional(),
  /** DINO: small views of each picture beside the two large ones. */
  localViews: z.number().int().min(0).max(32).default(4),
  localScale: areas.default([0.05, 0.4]),
  /** DINO: side of the small views; default: half of `size` where the graph takes any size. */
  localSize: z.number().int().min(8).max(4096).optional(),
  /** DINO: how sharp the teacher's answers are. */
  teacherTemperature: z.number().positive().default(0.04),
  /** DINO: share of the teacher that is kept at each step, at first; 1 at the end, by a cosine. */
  teacherMomentum: z.number().min(0).max(1).default(0.996),
  /** Width of the projections: default 128, DINO 1024. */
  projection: z.number().int().min(2).max(1_000_000).optional(),
  mean: z.array(z.number().finite()).min(1).max(3).optional(),
  std: z.array(z.number().positive()).min(1).max(3).optional(),
  seed: z.number().int().min(0).max(0xffff_ffff).default(0),
  threads: z.number().int().min(1).max(1024).optional(),
  /** Labelled pictures that the backbone is measured on, by nearest neighbours and by a linear classifier. */
  probe: z.string().min(1).optional(),
  /** Where the backbone is written. */
  out: z.string().min(1).default('backbone.onnx'),
});

export type PretrainConfigInput = z.input<typeof pretrainConfigSchema>;
export type PretrainConfig = z.output<typeof pretrainConfigSchema>;

/**
 * Validates a configuration of a self-supervised run.
 * @throws SakerError E_CONFIG_INVALID naming the field.
 */
export function parsePretrainConfig(value: unknown): PretrainConfig {
  const result = pretrainConfigSchema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const detail = `${issue?.path.join('.') || 'configuration'}: ${issue?.message ?? 'invalid'}`;
  throw new SakerError('E_CONFIG_INVALID', { file: 'given', detail });
}
