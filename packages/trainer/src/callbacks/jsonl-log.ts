import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import { SakerError } from '@saker/spec';
import type { TrainEvent } from '../events.js';
import type { Callback } from './callback.js';

/** Events that are left out of the log. */
const SKIPPED = new Set<TrainEvent['type']>(['validate', 'validate-end']);

/** Writes every event as one JSON line with a time stamp; steps every `stepInterval`. A full disk ends the log, never the run. */
export class JsonlLog implements Callback {
  readonly name = 'jsonl-log';
  readonly firstRankOnly = true;
  private failed: Error | null = null;

  private constructor(
    private readonly stream: WriteStream,
    private readonly stepInterval: number,
  ) {
    stream.on('error', (error) => {
      this.failed ??= error;
    });
  }

  /** Opens the file; `append` goes on behind what is there. @throws SakerError E_FILE_WRITE. */
  static async open(file: string, { append = false, stepInterval = 10 } = {}): Promise<JsonlLog> {
    const stream = createWriteStream(file, { flags: append ? 'a' : 'w' });
    try {
      await once(stream, 'open');
    } catch (error) {
      throw new SakerError('E_FILE_WRITE', { file, detail: (error as Error).message }, { cause: error });
    }
    return new JsonlLog(stream, stepInterval);
  }

  onEvent(event: TrainEvent): void {
    if (this.failed || SKIPPED.has(event.type)) return;
    if (event.type === 'step' && event.step % this.stepInterval !== 0 && event.step !== event.steps) return;
    this.stream.write(`${JSON.stringify({ time: new Date().toISOString(), ...event })}\n`);
  }

  async close(): Promise<void> {
    if (!this.failed) await new Promise<void>((done) => this.stream.end(() => done()));
  }
}
