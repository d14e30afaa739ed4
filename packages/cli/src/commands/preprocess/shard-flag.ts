/** Which part of a batch job this process does: `--shard`, or the scheduler that started it. */
import { SakerError } from '@saker/spec';
import { usage } from '../../errors.js';

export interface Part {
  readonly index: number;
  readonly count: number;
}

type Env = Readonly<Record<string, string | undefined>>;

function refuse(name: string, expected: string, received: string): never {
  throw new SakerError('E_ARG_INVALID', { name, expected, received });
}

/** A variable that holds a whole number; null when it is not set. */
function whole(env: Env, name: string): number | null {
  const value = env[name];
  if (value === undefined || value === '') return null;
  return /^\d+$/.test(value) ? Number(value) : refuse(name, 'a whole number', value);
}

interface Scheduled {
  readonly variable: string;
  readonly index: number;
  readonly count: number | null;
}

/** Kubernetes' indexed jobs count from 0 and do not say how many there are. Slurm's arrays start and step as asked. */
function scheduled(env: Env): Scheduled | null {
  const task = whole(env, 'SLURM_ARRAY_TASK_ID');
  if (task !== null) {
    const first = whole(env, 'SLURM_ARRAY_TASK_MIN') ?? 0;
    const step = whole(env, 'SLURM_ARRAY_TASK_STEP') ?? 1;
    const index = Math.floor((task - first) / Math.max(1, step));
    return { variable: 'SLURM_ARRAY_TASK_ID', index, count: whole(env, 'SLURM_ARRAY_TASK_COUNT') };
  }
  const completion = whole(env, 'JOB_COMPLETION_INDEX');
  return completion === null
    ? null
    : { variable: 'JOB_COMPLETION_INDEX', index: completion, count: whole(env, 'JOB_COMPLETIONS') };
}

/**
 * The part that `--shard I/N` names; `auto/N` takes I from the scheduler. Without the flag, the scheduler's part, or
 * null for the whole job.
 * @throws SakerError E_ARG_INVALID; E_USAGE when a scheduler runs several of us but does not say how many.
 */
export function jobPart(flag: string | undefined, env: Env): Part | null {
  const job = scheduled(env);
  if (flag === undefined) {
    if (job === null) return null;
    if (job.count === null)
      throw usage(
        `${job.variable} is set, so this is one job of several: say of how many with --shard auto/N.`,
      );
    return inRange(job.variable, { index: job.index, count: job.count }, `${job.index}/${job.count}`);
  }
  const [, index, count] = /^(\d+|auto)\/(\d+)$/.exec(flag) ?? refuse('--shard', 'I/N or auto/N', flag);
  if (index !== 'auto') return inRange('--shard', { index: Number(index), count: Number(count) }, flag);
  if (job === null)
    throw usage('--shard auto/N needs JOB_COMPLETION_INDEX or SLURM_ARRAY_TASK_ID to be set.');
  return inRange(job.variable, { index: job.index, count: Number(count) }, `${job.index}/${count}`);
}

function inRange(name: string, part: Part, received: string): Part {
  const good = part.index >= 0 && part.index < part.count && Number.isSafeInteger(part.count);
  return good ? part : refuse(name, 'I/N with I from 0 to N - 1', received);
}
