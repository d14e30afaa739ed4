/** Triton's knobs of dynamic batching, under Triton's names (model_config.proto, ModelDynamicBatching and ModelQueuePolicy). */
import { z } from 'zod';

const count = z.number().int().min(1);
const whole = z.number().int().min(0);

const queuePolicySchema = z.strictObject({
  /** What becomes of a request that waited too long: an error, or a place behind all that have not. */
  timeout_action: z.enum(['REJECT', 'DELAY']).default('REJECT'),
  /** Microseconds that a request may wait for a worker; 0 is no limit. */
  default_timeout_microseconds: whole.default(0),
  /** A request may bring a shorter timeout of its own. */
  allow_timeout_override: z.boolean().default(true),
  /** Items that may wait at this level; 0 is no limit but that of the server. */
  max_queue_size: whole.default(0),
});

export const batchingSchema = z.strictObject({
  /** Batch sizes worth waiting for, up to max_queue_delay_microseconds. */
  preferred_batch_size: z.array(count).default([]),
  /** Microseconds that an item may wait for others to share its batch. */
  max_queue_delay_microseconds: whole.default(0),
  /** Levels of urgency, 1 the most urgent; 0 is one level for all. */
  priority_levels: whole.max(64).default(0),
  /** Level of a request that names none; 0 is the middle one. */
  default_priority_level: whole.default(0),
  default_queue_policy: queuePolicySchema.prefault({}),
  /** Policies of single levels, by level. */
  priority_queue_policy: z.record(z.string().regex(/^\d+$/), queuePolicySchema).default({}),
});

export type QueuePolicy = z.output<typeof queuePolicySchema>;
export type BatchingOptions = z.output<typeof batchingSchema>;
/** As a caller writes them; all have defaults. */
export type BatchingInput = z.input<typeof batchingSchema>;

export const DEFAULT_BATCHING: BatchingOptions = batchingSchema.parse({});
