/** How many workers a pool has, and how many threads each: from the machine, the model's size, and its measured time. */
import { availableParallelism, totalmem } from 'node:os';

export interface PoolSize {
  /** Worker threads, each with an ONNX Runtime session and a copy of the weights of its own. */
  readonly workers: number;
  /** ONNX Runtime's threads in each. */
  readonly threads: number;
}

/** What the pool has to share. */
export interface Machine {
  readonly cores: number;
  /** Bytes that the process may use. */
  readonly memory: number;
}

/** Each worker holds a copy of the weights, so a big machine gets fewer workers of several threads. */
const MOST_WORKERS = 16;
/** Memory of a session, in sizes of its file: the weights, those that ONNX Runtime packs anew, and the arena. */
const FILES_PER_SESSION = 3;
/** Of the machine's memory, what the sessions of one model may take. */
const MEMORY_SHARE = 0.5;
/** A picture that takes a worker longer than this is worked on by several threads. */
export const DEFAULT_ITEM_GOAL_MS = 100;

/** This machine, or the container's share of it. */
export function thisMachine(): Machine {
  const limit = process.constrainedMemory?.() ?? 0;
  // Where nothing constrains, some systems say 0 and others a number beyond all memory.
  const memory = limit > 0 ? Math.min(limit, totalmem()) : totalmem();
  return { cores: availableParallelism(), memory };
}

/**
 * The size to begin with: what was asked for, else a worker for each core as far as memory goes, and the cores left to
 * each as its threads.
 */
export function firstSize(
  asked: { readonly workers?: number; readonly threads?: number },
  modelBytes: number,
  { cores, memory }: Machine,
): PoolSize {
  const fitting = Math.floor((memory * MEMORY_SHARE) / (FILES_PER_SESSION * Math.max(1, modelBytes)));
  const most = Math.max(1, Math.min(MOST_WORKERS, fitting, Math.floor(cores / (asked.threads ?? 1))));
  const workers = asked.workers ?? most;
  return { workers, threads: asked.threads ?? Math.max(1, Math.floor(cores / workers)) };
}

/**
 * A better size by the time that an item took, or null. On a CPU a worker for each core answers the most requests, and
 * more threads for each answer the single request sooner; so threads are doubled, and workers halved, until an item
 * takes no longer than the goal, if threads shared it perfectly.
 * @param itemMs a warm run of one item by a worker of `size`, all workers running.
 */
export function betterSize(size: PoolSize, itemMs: number, goalMs: number, cores: number): PoolSize | null {
  let { threads } = size;
  while (itemMs * (size.threads / threads) > goalMs && threads * 2 <= cores) threads *= 2;
  if (threads === size.threads) return null;
  return { workers: Math.max(1, Math.min(size.workers, Math.floor(cores / threads))), threads };
}
