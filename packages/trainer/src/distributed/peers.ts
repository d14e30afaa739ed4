/** What the processes of a run tell each other besides gradients. */
import type { ModelGroup, TrainableModel } from '@saker/core-native/autograd';
import { SakerError } from '@saker/spec';
import type { ResolvedConfig } from '../config/resolve.js';
import type { ProcessPlace } from './environment.js';

/** Dropout masks of ranks are drawn from keys this far apart; seeds are below it. */
const RANK_SEEDS = 2 ** 32;

/**
 * The ranks of a run, of which this process is one. Every rank makes the same calls in the same order; alone, each call gives
 * back what it was given. All throw SakerError E_DIST_PEER_LOST when a rank is gone.
 */
export class Peers {
  private constructor(
    private readonly group: ModelGroup | null,
    readonly rank: number,
    readonly worldSize: number,
    /** Processes on this machine. */
    readonly localWorldSize: number,
    /** Where this process stands; null in a run of one. */
    readonly place: ProcessPlace | null = null,
  ) {}

  /** A run of one process. */
  static readonly alone = new Peers(null, 0, 1, 1);

  /**
   * Waits for the other ranks and takes over rank 0's weights.
   * @throws SakerError E_DIST_CONNECT, E_DIST_BACKEND.
   */
  static async join(
    model: TrainableModel,
    place: ProcessPlace | null,
    config: Pick<ResolvedConfig, 'distBackend' | 'distTimeout' | 'syncBatchNorm'>,
  ): Promise<Peers> {
    if (place === null || place.worldSize === 1) return Peers.alone;
    const { rank, worldSize, localWorldSize, masterAddr, masterPort, file } = place;
    const group = await model.joinGroup({
      rank,
      worldSize,
      masterAddr,
      masterPort,
      ...(file === undefined ? {} : { file }),
      backend: config.distBackend,
      timeoutSeconds: config.distTimeout,
      syncBatchNorm: config.syncBatchNorm,
    });
    await group.broadcastTensors();
    return new Peers(group, rank, worldSize, localWorldSize, place);
  }

  /** Writes files, prints and validates. */
  get first(): boolean {
    return this.rank === 0;
  }

  /** The seed of this rank's dropout masks. */
  maskSeed(seed: number): number {
    return seed + this.rank * RANK_SEEDS;
  }

  /** This rank's part of an epoch. */
  get shard(): { readonly rank: number; readonly worldSize: number } {
    return { rank: this.rank, worldSize: this.worldSize };
  }

  /** Asks all ranks to stop after their next step; they see it in that step's result. */
  askToStop(): void {
    this.group?.askToStop();
  }

  /** Sums over all ranks. */
  async sum(values: readonly number[]): Promise<number[]> {
    return this.group ? this.group.sum(values) : [...values];
  }

  /** What rank 0 makes, on every rank; JSON can hold it. When rank 0 fails, it fails alone and the others lose it. */
  async fromFirst<T>(make: () => Promise<T> | T): Promise<T> {
    const value = this.first ? await make() : (null as T);
    return this.group ? this.group.broadcast(value) : value;
  }

  /** Weights and running statistics of rank 0, or the latter alone, on every rank. */
  async shareTensors(options: { readonly buffersOnly: boolean }): Promise<void> {
    await this.group?.broadcastTensors(options);
  }

  /** Refuses data of which a rank would get nothing. @throws SakerError E_DIST_DATA. */
  checkCount(count: number): void {
    if (count < this.worldSize) throw new SakerError('E_DIST_DATA', { count, world: this.worldSize });
  }
}
