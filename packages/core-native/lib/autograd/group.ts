/** Several processes that train one model together, by libtorch's c10d. */
import { argumentError, settled } from './errors.js';
import type { NativeModel } from './native.js';
import { inRange } from './step-input.js';

/** The group that a process joins, and its place in it. */
export interface GroupConfig {
  /** 0 .. worldSize-1, each once. */
  readonly rank: number;
  readonly worldSize: number;
  /** 'gloo': CPU, over TCP. 'nccl': CUDA builds of libtorch only. */
  readonly backend: 'gloo' | 'nccl';
  /** Where rank 0 opens the store that the others find each other by; as torchrun sets them. */
  readonly masterAddr: string;
  readonly masterPort: number;
  /** A file that all ranks reach, in place of that store: for processes of one machine. New for every group. */
  readonly file?: string;
  /** How long to wait for another rank, at the start and in every step; default 600. */
  readonly timeoutSeconds?: number;
  /** Bytes of gradients that are sent in one message; default 25 MiB. */
  readonly bucketBytes?: number;
  /** BatchNormalization uses the statistics of all ranks' batches; default: each rank its own. */
  readonly syncBatchNorm?: boolean;
}

/** What the ranks did together in a training step. */
export interface GroupStep {
  /** Items that counted on all ranks. 0: nothing was updated. */
  readonly count: number;
  /** Whether any rank asked to stop. */
  readonly stop: boolean;
  /** Messages of gradients, and those of them that were sent while backward was running. */
  readonly buckets: number;
  readonly bucketsEarly: number;
}

/**
 * What a model does together with the models of the other ranks. Every rank makes the same calls, and training steps, in the
 * same order; a call waits for the other ranks. All reject with E_DIST_PEER_LOST when one is gone.
 */
export class ModelGroup {
  readonly #native: NativeModel;

  private constructor(
    native: NativeModel,
    readonly rank: number,
    readonly worldSize: number,
  ) {
    this.#native = native;
  }

  /** See `TrainableModel.joinGroup`. */
  static async join(native: NativeModel, config: GroupConfig): Promise<ModelGroup> {
    const { rank, worldSize, backend, masterPort, timeoutSeconds, bucketBytes } = config;
    inRange('worldSize', worldSize, (v) => Number.isInteger(v) && v >= 1);
    inRange('rank', rank, (v) => Number.isInteger(v) && v >= 0 && v < worldSize);
    inRange('masterPort', masterPort, (v) => Number.isInteger(v) && v >= 0 && v <= 65_535);
    inRange('timeoutSeconds', timeoutSeconds, (v) => v > 0);
    inRange('bucketBytes', bucketBytes, (v) => v >= 1);
    if (backend !== 'gloo' && backend !== 'nccl')
      throw argumentError(`backend '${String(backend)}'; expected gloo or nccl`);
    await settled(native.joinGroup(config));
    return new ModelGroup(native, rank, worldSize);
  }

  /** Weights and running statistics, or the latter alone, become those of rank 0. */
  async broadcastTensors({ buffersOnly = false } = {}): Promise<void> {
    await settled(this.#native.broadcastTensors(buffersOnly));
  }

  /** Element by element over all ranks, in f64. */
  async sum(values: readonly number[]): Promise<number[]> {
    return [...(await settled(this.#native.groupSum(Float64Array.from(values))))];
  }

  /** Rank 0's value, which JSON can hold, on every rank. */
  async broadcast<T>(value: T): Promise<T> {
    return JSON.parse(await settled(this.#native.groupBroadcast(JSON.stringify(value)))) as T;
  }

  /** Asks all ranks to stop: each sees it in the result of its next training step, the same one on all. */
  askToStop(): void {
    this.#native.askToStop();
  }

  /** Leaves; the model then trains alone. */
  async leave(): Promise<void> {
    await settled(this.#native.leaveGroup());
  }
}
