import { writeFileAtomic } from '../model/atomic.js';

/** Keeps the best epoch's file: higher validation accuracy wins, lower validation loss breaks ties. */
export class BestCheckpoint {
  valAccuracy = 0;
  epoch = 0;
  private valLoss = Number.POSITIVE_INFINITY;

  constructor(readonly file: string) {}

  /** True once something was written. */
  get exists(): boolean {
    return this.epoch > 0;
  }

  improves(result: { readonly accuracy: number; readonly loss: number }): boolean {
    if (!this.exists || result.accuracy > this.valAccuracy) return true;
    return result.accuracy === this.valAccuracy && result.loss < this.valLoss;
  }

  /** Writes the file atomically and remembers its figures. @throws SakerError E_FILE_WRITE. */
  async keep(
    bytes: Uint8Array,
    result: { readonly accuracy: number; readonly loss: number },
    epoch: number,
  ): Promise<void> {
    await writeFileAtomic(this.file, bytes);
    this.valAccuracy = result.accuracy;
    this.valLoss = result.loss;
    this.epoch = epoch;
  }
}
