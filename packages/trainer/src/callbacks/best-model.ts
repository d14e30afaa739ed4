import type { EpochResult, TrainEventOf } from '../events.js';
import { writeFileAtomic } from '../model/atomic.js';
import type { Callback, CallbackContext, CallbackState, Json } from './callback.js';
import { Monitor, type MonitorOptions, type Score, scoreFromJson, scoreToJson } from './monitor.js';

/** Writes the model file whenever an epoch is the best so far; equal epochs: the lower validation loss. */
export class BestModel implements Callback {
  readonly name = 'best-model';
  readonly firstRankOnly = true;
  /** The epoch that the file holds, 0 before one was written. */
  epoch = 0;
  private best: Score | null = null;
  private readonly monitor: Monitor;

  constructor(monitor: MonitorOptions = { metric: 'valAccuracy' }) {
    this.monitor = new Monitor(monitor);
  }

  async onValidateEnd({ result }: TrainEventOf<'validate-end'>, context: CallbackContext): Promise<void> {
    const score = this.monitor.score(result);
    if (this.epoch > 0 && !this.monitor.better(score, this.best)) return;
    await this.write(await context.exportModel({ result }), result, context);
    this.best = score;
  }

  /** Takes the place of the best epoch with a whole .onnx file that is as good, such as averaged weights. @throws SakerError E_FILE_WRITE, E_DISK_FULL. */
  async write(
    bytes: Uint8Array,
    result: Pick<EpochResult, 'epoch' | 'valAccuracy'>,
    context: CallbackContext,
  ): Promise<void> {
    await writeFileAtomic(context.out, bytes);
    this.epoch = result.epoch;
    context.emit({
      type: 'checkpoint',
      file: context.out,
      valAccuracy: result.valAccuracy,
      epoch: result.epoch,
    });
  }

  state(): CallbackState {
    return { json: { epoch: this.epoch, best: scoreToJson(this.best) } };
  }

  loadState({ json }: CallbackState): void {
    const state = json as { epoch: number; best: Json };
    this.epoch = state.epoch;
    this.best = scoreFromJson(state.best);
  }
}
