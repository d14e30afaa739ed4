import { duration, ERRORS } from '@saker/spec';
import type { CliContext } from '../../context.js';
import { Output } from '../../output/output.js';
import { percent } from '../../output/table.js';
import { onInterrupt } from '../../signals.js';
import { baselineLine } from '../baseline/line.js';
import type { TrainFlags } from './command.js';
import { runConfig } from './config.js';
import { ineffectiveFlags } from './ineffective.js';
import { launchRanks } from './launch.js';
import { TrainReporter } from './reporter.js';

/** `saker train`. */
export async function train(this: CliContext, flags: TrainFlags, data?: string): Promise<void> {
  const config = await runConfig(flags, data);
  // Loaded now, so that a wrong configuration is told without opening native code.
  const { endWithLauncher, fit, namedWeights, processPlace, reportFailure } = await import('@saker/trainer');
  const place = processPlace(this.process.env);
  const { nproc = 1 } = flags;
  const published = place === null ? namedWeights(config.model, config.weights) : null;
  if (published) {
    const command = `saker train ${config.data} --model ${config.model} --weights ${published.name}`;
    const { pullWithProgress } = await import('../models/pull-progress.js');
    await pullWithProgress(this, new Output(this, flags), published, { command });
  }
  if (place === null)
    for (const sentence of ineffectiveFlags(flags, config, nproc > 1)) new Output(this, flags).note(sentence);
  if (place === null && nproc > 1) return launchRanks(this, new Output(this, flags), nproc, config);
  if (place !== null) endWithLauncher(ERRORS.E_CANCELLED.exitCode);
  const first = place === null || place.rank === 0;
  // Other ranks print errors and warnings only.
  const out = new Output(this, first ? flags : { ...flags, quiet: true, json: true });
  const abort = new AbortController();
  const reporter = new TrainReporter(out);
  const release = onInterrupt(this.process, () => {
    out.note('stopping after this step; press Ctrl-C again to stop at once');
    abort.abort();
  });
  try {
    const result = await fit(config, {
      ...(first ? { onEvent: reporter.listener } : {}),
      signal: abort.signal,
      place,
      ...(flags.resume === undefined ? {} : { resume: flags.resume }),
    });
    reporter.finish();
    const { bestValAccuracy, bestMetric, bestEpoch, epochs, imagesPerSecond, model, log, seconds, stopped } =
      result;
    const best =
      bestMetric.name === 'valAccuracy'
        ? `best validation accuracy ${percent(bestValAccuracy)}`
        : `best ${bestMetric.name} ${bestMetric.value.toFixed(4)}, validation accuracy ${percent(bestValAccuracy)},`;
    out.line(
      `${best} in epoch ${bestEpoch} of ${epochs}, ` +
        `${Math.round(imagesPerSecond)} images/s, ${duration(seconds)}`,
    );
    if (result.baseline) out.line(`baseline ${baselineLine(result.baseline)}`);
    if (result.rejected.length > 0)
      out.line(`${result.rejected.length} pictures could not be read and were left out`);
    out.line(`model ${model}`);
    out.line(`log   ${log}`);
    if (result.report) out.line(`report ${result.report}`);
    if (stopped === 'cancelled') out.note(`go on with: saker train --resume ${result.run}`);
    if (stopped === 'cancelled') this.process.exitCode = ERRORS.E_CANCELLED.exitCode;
    if (!first) return;
    out.json({
      bestValAccuracy,
      bestMetric,
      metrics: result.history[bestEpoch - 1]?.metrics ?? {},
      bestEpoch,
      epochs,
      imagesPerSecond,
      model,
      seconds,
      log,
      run: result.run,
      report: result.report,
      loaderWait: result.loaderWait,
      classes: result.classes,
      samples: result.counts,
      rejected: result.rejected,
      baseline: result.baseline,
      stopped,
    });
  } catch (thrown) {
    if (place !== null) reportFailure(thrown);
    throw thrown;
  } finally {
    reporter.finish();
    release();
  }
}
