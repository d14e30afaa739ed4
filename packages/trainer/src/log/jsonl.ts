import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import { SakerError } from '@saker/spec';
import type { TrainEvent } from '../events.js';

/** Events that are kept in the log; the per-step ones are thinned to `stepInterval`. */
const SKIPPED = new Set<TrainEvent['type']>(['validate']);

/** Writes every event as one JSON line with a time stamp. A full disk ends the log, never the run. */
export class JsonlLogger {
  private failed: Error | null = null;

  private constructor(
    private readonly stream: WriteStream,
    private readonly stepInterval: number,
  ) {
    stream.on('error', (error) => {
      this.failed ??= error;
    });
  }

  /** Opens (and truncates) the file. @throws SakerError E_FILE_WRITE. */
  static async open(file: string, stepInterval = 10): Promise<JsonlLogger> {
    const stream = createWriteStream(file);
    try {
      await once(stream, 'open');
    } catch (error) {
      throw new SakerError('E_FILE_WRITE', { file, detail: (error as Error).message }, { cause: error });
    }
    return new JsonlLogger(stream, stepInterval);
  }

  /** Appends one event. */
  write(event: TrainEvent): void {
    if (this.failed || SKIPPED.has(event.type)) return;
    if (event.type === 'step' && event.step % this.stepInterval !== 0 && event.step !== event.steps) return;
    this.stream.write(`${JSON.stringify({ time: new Date().toISOString(), ...event })}\n`);
  }

  /** Flushes and closes; returns the first write error, if any. */
  async close(): Promise<Error | null> {
    if (!this.failed) await new Promise<void>((done) => this.stream.end(() => done()));
    return this.failed;
  }
}
