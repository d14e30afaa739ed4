import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Tensors } from '@saker/core-native/autograd';
import { readSafetensors, writeSafetensors } from '@saker/graph';
import { SakerError } from '@saker/spec';
import { denseTensors, tensorsUnder } from '../checkpoint/checkpoint.js';
import type { TrainEvent, TrainEventOf } from '../events.js';
import { writeFileAtomic } from '../model/atomic.js';
import type { Callback, CallbackContext, CallbackState } from './callback.js';
import { Monitor, type MonitorOptions, type Score } from './monitor.js';

export interface ModelCheckpointOptions extends MonitorOptions {
  /** How many of the best epochs are kept; at least 1. */
  readonly keep: number;
}

/** An epoch whose weights are kept. */
export type KeptEpoch = { readonly epoch: number; readonly score: Score };

/**
 * Keeps the weights of the `keep` best epochs by a metric in the run's folder, as `epoch-0007.safetensors`: plain names, the
 * values that validation used, the epoch and its metrics as text in the header.
 */
export class ModelCheckpoint implements Callback {
  readonly name = 'model-checkpoint';
  readonly firstRankOnly = true;
  readonly monitor: Monitor;
  /** Best first. */
  private kept: KeptEpoch[] = [];
  private outdated = new Set<number>();

  constructor(private readonly options: ModelCheckpointOptions) {
    this.monitor = new Monitor(options);
    if (!(Number.isInteger(options.keep) && options.keep > 0))
      throw new SakerError('E_ARG_INVALID', {
        name: 'keep',
        expected: 'a whole number from 1',
        received: options.keep,
      });
  }

  /** The kept epochs, best first. */
  get epochs(): readonly KeptEpoch[] {
    return this.kept;
  }

  async onValidateEnd({ result }: TrainEventOf<'validate-end'>, context: CallbackContext): Promise<void> {
    const own = { epoch: result.epoch, score: this.monitor.score(result) };
    const at = this.kept.findIndex(({ score }) => this.monitor.better(own.score, score));
    const ranked = this.kept.toSpliced(at < 0 ? this.kept.length : at, 0, own);
    for (const { epoch } of ranked.slice(this.options.keep)) this.outdated.add(epoch);
    this.kept = ranked.slice(0, this.options.keep);
    if (!this.kept.includes(own)) return;
    const file = fileOf(context, own.epoch);
    await mkdir(context.run, { recursive: true }).catch((cause: Error) => {
      throw new SakerError('E_FILE_WRITE', { file, detail: cause.message }, { cause });
    });
    const weights = denseTensors(await context.evaluatedWeights());
    const texts = Object.entries(result.metrics).map(([name, value]) => [name, String(value)]);
    const header = { epoch: String(own.epoch), ...Object.fromEntries(texts) };
    await writeFileAtomic(file, writeSafetensors(new Map(weights), header));
    if (!context.config.checkpoint) await this.removeOutdated(context);
  }

  /** Files go when saved state no longer names them, so that a run can be resumed at any moment. */
  async onEvent(event: TrainEvent, context: CallbackContext): Promise<void> {
    if (event.type === 'state-saved') await this.removeOutdated(context);
  }

  /** The weights of a kept epoch. @throws SakerError E_FILE_READ, E_SAFETENSORS_INVALID. */
  async read(epoch: number, context: CallbackContext): Promise<Tensors> {
    const file = fileOf(context, epoch);
    const bytes = await readFile(file).catch((cause: Error) => {
      throw new SakerError('E_FILE_READ', { file, detail: cause.message }, { cause });
    });
    return tensorsUnder(readSafetensors(bytes, file).tensors, '');
  }

  state(): CallbackState {
    return { json: { kept: this.kept } };
  }

  loadState({ json }: CallbackState): void {
    this.kept = [...(json as { kept: KeptEpoch[] }).kept];
  }

  private async removeOutdated(context: CallbackContext): Promise<void> {
    for (const epoch of this.outdated) await rm(fileOf(context, epoch), { force: true });
    this.outdated.clear();
  }
}

const fileOf = ({ run }: CallbackContext, epoch: number): string =>
  join(run, `epoch-${String(epoch).padStart(4, '0')}.safetensors`);
