import type { CliContext } from '../../context.js';
import { Output } from '../../output/output.js';
import { table } from '../../output/table.js';
import { onInterrupt } from '../../signals.js';
import { runConfig } from '../train/config.js';
import type { BatchFindFlags } from './command.js';

const MIB = 2 ** 20;
const WHY = {
  limit: 'the largest size asked for was reached',
  data: 'there are no more pictures',
  memory: 'a larger one would not fit the memory that is free',
  cancelled: 'stopped on request',
} as const;

/** `saker batch-find`. */
export async function batchFind(this: CliContext, flags: BatchFindFlags, data?: string): Promise<void> {
  const out = new Output(this, flags);
  const { from, to, ...train } = flags;
  const config = await runConfig(train, data);
  const { batchSizeFind } = await import('@saker/trainer');
  const abort = new AbortController();
  const release = onInterrupt(this.process, () => abort.abort());
  try {
    const result = await batchSizeFind(config, {
      ...(from === undefined ? {} : { from }),
      ...(to === undefined ? {} : { to }),
      signal: abort.signal,
      onTrial: ({ batchSize, imagesPerSecond }) =>
        out.note(`batch ${batchSize}: ${imagesPerSecond.toFixed(1)} images/s`),
    });
    const rows = result.trials.map((trial) => [
      trial.batchSize,
      trial.imagesPerSecond.toFixed(1),
      `${Math.round(trial.residentBytes / MIB)} MiB`,
    ]);
    const right = 'right' as const;
    const columns = ['batch', 'images/s', 'memory'].map((title) => ({ title, align: right }));
    out.line(table(columns, rows));
    out.line(`suggestion --batch-size ${result.suggestion}: the smallest within 5 % of the fastest`);
    out.line(`no larger size was tried: ${WHY[result.stopped]}`);
    out.json(result);
  } finally {
    release();
  }
}
