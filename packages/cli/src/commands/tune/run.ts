import { duration, ERRORS, parseSearchSpace } from '@saker/spec';
import type { TrialResult } from '@saker/trainer';
import type { CliContext } from '../../context.js';
import { Output } from '../../output/output.js';
import { percent, table } from '../../output/table.js';
import { onInterrupt } from '../../signals.js';
import { readConfigFile, runConfig } from '../train/config.js';
import type { TuneFlags } from './command.js';

/** Rows of the closing table. */
const SHOWN = 10;

const settingsOf = (trial: TrialResult): string =>
  Object.entries(trial.settings)
    .map(([name, value]) => `${name} ${value}`)
    .join(', ');

function scoreText({ metric, error }: TrialResult): string {
  if (metric === null) return error?.code ?? '-';
  return metric.name === 'valAccuracy' ? percent(metric.value) : metric.value.toFixed(4);
}

/** `saker tune`. */
export async function tune(this: CliContext, flags: TuneFlags, data?: string): Promise<void> {
  const out = new Output(this, flags);
  const { space: file, algorithm, trials, factor, out: folder, ...train } = flags;
  const config = await runConfig(train, data);
  const space = file === undefined ? undefined : parseSearchSpace(await readConfigFile(file), file);
  const trainer = await import('@saker/trainer');
  const abort = new AbortController();
  const release = onInterrupt(this.process, () => {
    out.note('stopping after this step; the same command goes on from here');
    abort.abort();
  });
  const started = performance.now();
  try {
    const result = await trainer.tune(config, {
      ...(space === undefined ? {} : { space }),
      ...(algorithm === undefined ? {} : { algorithm }),
      ...(trials === undefined ? {} : { trials }),
      ...(factor === undefined ? {} : { factor }),
      ...(folder === undefined ? {} : { out: folder }),
      signal: abort.signal,
      onTrial: (trial, done, total) => {
        const score = scoreText(trial);
        const left = ((performance.now() - started) / 1000 / done) * (total - done);
        out.note(
          `${done}/${total} ${trial.epochs} epochs: ${score}  ${settingsOf(trial)}  ETA ${duration(left)}`,
        );
      },
    });
    const best = [...result.trials].sort(
      (a, b) => b.epochs - a.epochs || trainer.trialScore(b) - trainer.trialScore(a),
    );
    const rows = best
      .slice(0, SHOWN)
      .map((trial) => [trial.trial, trial.epochs, scoreText(trial), settingsOf(trial)]);
    out.line(
      table(
        ['trial', 'epochs', result.best.metric?.name ?? 'score', 'settings'].map((title) => ({ title })),
        rows,
      ),
    );
    out.line(`best ${scoreText(result.best)}: ${settingsOf(result.best)}`);
    out.line(`model  ${result.model}`);
    out.line(`config ${result.config}`);
    if (result.stopped === 'cancelled') this.process.exitCode = ERRORS.E_CANCELLED.exitCode;
    out.json(result);
  } finally {
    release();
  }
}
