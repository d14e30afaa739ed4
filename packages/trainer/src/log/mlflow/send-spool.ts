import { SakerError } from '@saker/spec';
import type { MlflowError } from './client.js';
import { Sender } from './sender.js';
import type { MlflowServer } from './server.js';
import { Spool } from './spool.js';

export interface SendSpoolResult {
  /** Messages that this call brought to the server. */
  readonly sent: number;
  readonly runId: string | null;
  /** What the server has no place for. */
  readonly skipped: readonly string[];
}

/**
 * Sends what a run could not, in order, and removes the file when the server has everything. When a request fails the
 * file keeps what is left, and this may be called again.
 * @throws SakerError E_FILE_NOT_FOUND, E_FILE_READ, E_CONFIG_INVALID (no spool), E_FILE_WRITE, E_MLFLOW_FAILED.
 */
export async function sendMlflowSpool(
  file: string,
  server: MlflowServer,
  onProgress?: (sent: number, total: number) => void,
): Promise<SendSpoolResult> {
  const { operations, sent: before, run } = Spool.read(file);
  const spool = new Spool(file);
  const skipped: string[] = [];
  let failed: MlflowError | null = null;
  let sent = before;
  const sender: Sender = new Sender(
    {
      server,
      run,
      next: (index) => operations[index] ?? null,
      onSent: (count, now) => {
        sent = count;
        spool.mark(count, now);
        onProgress?.(count, operations.length);
      },
      // The user waits: one failure is the answer.
      onFailure: (error) => {
        failed = error;
        sender.stop();
      },
      onSkipped: (message) => skipped.push(message),
    },
    before,
  );
  await sender.drain();
  spool.close({ remove: sent === operations.length });
  if (failed)
    throw new SakerError(
      'E_MLFLOW_FAILED',
      { detail: (failed as MlflowError).message, file },
      { cause: failed },
    );
  return { sent: sent - before, runId: sender.run?.runId ?? null, skipped };
}
