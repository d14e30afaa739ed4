import { ERRORS } from '@saker/spec';
import type { BaselineResult } from '@saker/trainer';
import type { CliContext } from '../../context.js';
import { Output } from '../../output/output.js';
import { ProgressBar } from '../../output/progress-bar.js';
import { percent, table } from '../../output/table.js';
import { onInterrupt } from '../../signals.js';
import { runConfig } from '../train/config.js';
import { TrainReporter } from '../train/reporter.js';
import type { BaselineFlags } from './command.js';
import { FEATURES, metricTitle, metricValue } from './line.js';

/** A row for each baseline: the metric of the task, and the accuracy where that is another. */
function scoreTable(result: BaselineResult): string {
  const { majority, frequency, logistic, smallCnn } = result;
  const title = metricTitle(result);
  const scores = [
    [title === null ? 'most frequent class' : 'frequencies alone', frequency, majority],
    [`logistic regression on ${FEATURES[logistic.features]}`, logistic.score, logistic.accuracy],
    ...(smallCnn
      ? [[`small_cnn, ${smallCnn.epochs} epochs at ${smallCnn.size}`, smallCnn.score, smallCnn.accuracy]]
      : []),
  ] as const;
  const accuracy = { title: 'val acc', align: 'right' } as const;
  const metric = title === null ? [] : [{ title: `val ${title}`, align: 'right' } as const];
  return table(
    [{ title: 'baseline' }, ...metric, accuracy],
    scores.map(([name, score, share]) => [
      name as string,
      ...(title === null ? [] : [metricValue(result, score as number)]),
      percent(share as number),
    ]),
  );
}

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
    const { smallCnn } = result;
    out.line(scoreTable(result));
    if (!smallCnn) this.process.exitCode = ERRORS.E_CANCELLED.exitCode;
    out.json(result);
  } finally {
    bar.clear();
    reporter.finish();
    release();
  }
}
