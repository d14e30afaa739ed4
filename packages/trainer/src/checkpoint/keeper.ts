import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { SakerError } from '@saker/spec';
import type { RunParts } from '../loop/run-parts.js';
import { type Checkpoint, checkpointFile, writeCheckpoint } from './checkpoint.js';

export interface KeeperOptions {
  /** Save after this many steps; null: not by steps. */
  readonly steps: number | null;
  /** Save when this many seconds have passed; null: not by time. */
  readonly seconds: number | null;
}

/** Decides when a run's state is saved, and saves it. */
export class CheckpointKeeper {
  private savedAt = performance.now();
  private stepsSince = 0;

  /** That of a run, where it keeps one: on the first process. `capture` reads the run's state. */
  static of({ config, run, rank }: RunParts, capture: () => Promise<Checkpoint>): CheckpointKeeper | null {
    if (!config.checkpoint || rank > 0) return null;
    const options = { steps: config.checkpointSteps, seconds: config.checkpointSeconds };
    return new CheckpointKeeper(checkpointFile(run), options, capture);
  }

  private constructor(
    private readonly file: string,
    private readonly options: KeeperOptions,
    private readonly capture: () => Promise<Checkpoint>,
  ) {}

  /** Takes note of a step; true when it is time to save. */
  step(): boolean {
    this.stepsSince += 1;
    return (
      this.stepsSince === this.options.steps ||
      this.olderThan(this.options.seconds ?? Number.POSITIVE_INFINITY)
    );
  }

  /** Whether the last save is more than so many seconds ago. */
  olderThan(seconds: number): boolean {
    return performance.now() - this.savedAt > seconds * 1000;
  }

  /** Gives the file. @throws SakerError E_DISK_FULL, E_FILE_WRITE; the checkpoint before is still there. */
  async save(): Promise<string> {
    await mkdir(dirname(this.file), { recursive: true }).catch((cause: Error) => {
      throw new SakerError('E_FILE_WRITE', { file: this.file, detail: cause.message }, { cause });
    });
    await writeCheckpoint(this.file, await this.capture());
    this.savedAt = performance.now();
    this.stepsSince = 0;
    return this.file;
  }
}
