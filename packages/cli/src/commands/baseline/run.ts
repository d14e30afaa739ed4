import { ERRORS } from '@saker/spec';
import type { CliContext } from '../../context.js';
import { Output } from '../../output/output.js';
import { ProgressBar } from '../../output/progress-bar.js';
import { percent, table } from '../../output/table.js';
import { onInterrupt } from '../../signals.js';
import { runConfig } from '../train/config.js';
import { TrainReporter } from '../train/reporter.js';
import type { BaselineFlags } from './command.js';
import { FEATURES } from './line.js';

/** `saker baseline`. */
export async function baseline(this: CliContext, flags: BaselineFlags, data?: string): Promise<void> {
  const out = new Output(this, flags);
  const config = await runConfig({ ...flags, model: flags.model ?? 'small_cnn' }, data);
  const trainer = await import('@saker/trainer');
  const abort = new AbortController();
  const release = onInterrupt(this.process, () => abort.abort());
  const bar = new ProgressBar(out);
  const reporter = new TrainReporter(out);
  try {
    const result = await trainer.baseline(config, {
      signal: abort.signal,
      onEvent: reporter.listener,
      onProgress: (done, total) => {
        if (out.interactive && !out.quiet) bar.update(done / total, 'features', `${done}/${total} pictures`);
        if (done === total) bar.clear();
      },
    });
    reporter.finish();
    const { majority, logistic, smallCnn } = result;
    const rows = [
      ['most frequent class', percent(majority)],
      [`logistic regression on ${FEATURES[logistic.features]}`, percent(logistic.accuracy)],
      ...(smallCnn
        ? [[`small_cnn, ${smallCnn.epochs} epochs at ${smallCnn.size}`, percent(smallCnn.accuracy)]]
        : []),
    ];
    out.line(table([{ title: 'baseline' }, { title: 'val acc', align: 'right' }], rows));
    if (!smallCnn) this.process.exitCode = ERRORS.E_CANCELLED.exitCode;
    out.json(result);
  } finally {
    bar.clear();
    reporter.finish();
    release();
  }
}
