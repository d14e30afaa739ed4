/** A process's place in a run of several, by the environment variables that torchrun sets. */
import { SakerError } from '@saker/spec';

/** Where this process stands. */
export interface ProcessPlace {
  /** 0 .. worldSize-1. */
  readonly rank: number;
  readonly worldSize: number;
  /** The same among the processes of this machine. */
  readonly localRank: number;
  readonly localWorldSize: number;
  /** Where rank 0 opens the store that the others find each other by. */
  readonly masterAddr: string;
  readonly masterPort: number;
  /** A file in place of that store, which `launch` gives its processes. */
  readonly file?: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Names the file in place of the store; our own launcher's addition to torchrun's variables. */
export const STORE_FILE = 'SAKER_STORE_FILE';

function number(env: Environment, name: string, least: number, most: number, fallback?: number): number {
  const text = env[name];
  if (text === undefined && fallback !== undefined) return fallback;
  const value = Number(text);
  if (text === undefined || !/^\d+$/.test(text) || value < least || value > most)
    throw new SakerError('E_DIST_ENV', {
      name,
      expected: `a whole number of ${least} to ${most}`,
      received: text ?? 'nothing',
    });
  return value;
}

/**
 * Reads RANK, WORLD_SIZE, LOCAL_RANK, LOCAL_WORLD_SIZE, MASTER_ADDR and MASTER_PORT; null when RANK and WORLD_SIZE are both
 * absent, which is a run of one process.
 * @throws SakerError E_DIST_ENV.
 */
export function processPlace(env: Environment): ProcessPlace | null {
  if (env.RANK === undefined && env.WORLD_SIZE === undefined) return null;
  const worldSize = number(env, 'WORLD_SIZE', 1, 65_535);
  const rank = number(env, 'RANK', 0, worldSize - 1);
  const file = env[STORE_FILE];
  const masterAddr = env.MASTER_ADDR ?? (file === undefined ? '' : '127.0.0.1');
  if (masterAddr === '')
    throw new SakerError('E_DIST_ENV', {
      name: 'MASTER_ADDR',
      expected: "rank 0's host name or address",
      received: 'nothing',
    });
  return {
    rank,
    worldSize,
    localRank: number(env, 'LOCAL_RANK', 0, worldSize - 1, rank),
    localWorldSize: number(env, 'LOCAL_WORLD_SIZE', 1, worldSize, file === undefined ? 1 : worldSize),
    masterAddr,
    masterPort: number(env, 'MASTER_PORT', 0, 65_535, 29_500),
    ...(file === undefined ? {} : { file }),
  };
}
