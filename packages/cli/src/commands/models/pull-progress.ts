import { type Checkpoint, type PulledWeights, type PullOptions, pullWeights } from '@saker/graph';
import { duration } from '@saker/spec';
import type { CliContext } from '../../context.js';
import type { Output } from '../../output/output.js';
import { ProgressBar } from '../../output/progress-bar.js';
import { onInterrupt } from '../../signals.js';

/** Bytes for people: "44.7 MB". */
export function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(bytes < 1e7 ? 2 : 1)} MB`;
}

/** Fetches weights with a progress bar; Ctrl-C stops, and what came stays for the next time. */
export async function pullWithProgress(
  context: CliContext,
  out: Output,
  checkpoint: Checkpoint,
  options: Pick<PullOptions, 'command'> = {},
): Promise<PulledWeights> {
  const bar = new ProgressBar(out);
  const abort = new AbortController();
  const release = onInterrupt(context.process, () => abort.abort());
  const startedAt = performance.now();
  let before: number | null = null;
  try {
    const pulled = await pullWeights(checkpoint, {
      ...options,
      env: context.process.env,
      signal: abort.signal,
      onWait: (holder) => out.note(`waiting for the process that fetches the same file (${holder})`),
      onProgress: (done, total) => {
        before ??= done;
        if (!out.interactive || out.quiet) return;
        const rate = (done - before) / ((performance.now() - startedAt) / 1000);
        const left = total === null ? Number.NaN : (total - done) / rate;
        const size = total === null ? megabytes(done) : `${megabytes(done)} of ${megabytes(total)}`;
        bar.update(total ? done / total : 0, checkpoint.name, `${size}, ${duration(left)} left`);
      },
    });
    bar.clear();
    if (!pulled.cached)
      out.note(`fetched ${checkpoint.name}, ${megabytes(pulled.bytes)}, into ${pulled.file}`);
    return pulled;
  } finally {
    bar.clear();
    release();
  }
}
