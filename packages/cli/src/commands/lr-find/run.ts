import type { LrFindResult } from '@saker/trainer';
import type { CliContext } from '../../context.js';
import { Output } from '../../output/output.js';
import { plot } from '../../output/plot.js';
import { ProgressBar } from '../../output/progress-bar.js';
import { onInterrupt } from '../../signals.js';
import { runConfig } from '../train/config.js';
import type { LrFindFlags } from './command.js';

const rate = (lr: number): string => lr.toExponential(1);

function printCurve(out: Output, { points, valley }: LrFindResult): void {
  const at = points.findIndex((p) => p.lr === valley);
  const marks = at < 0 ? [] : [{ at, sign: '^' }];
  out.line(
    plot(
      points.map((p) => p.smoothed),
      { marks },
    ),
  );
  const [first, last] = [points[0], points.at(-1)];
  if (first && last) out.line(`loss by learning rate, ${rate(first.lr)} to ${rate(last.lr)}`);
}

/** `saker lr-find`. */
export async function lrFind(this: CliContext, flags: LrFindFlags, data?: string): Promise<void> {
  const out = new Output(this, flags);
  const { startLr, endLr, steps, ...train } = flags;
  const config = await runConfig(train, data);
  const trainer = await import('@saker/trainer');
  const abort = new AbortController();
  const release = onInterrupt(this.process, () => abort.abort());
  const bar = new ProgressBar(out);
  try {
    const result = await trainer.lrFind(config, {
      ...(startLr === undefined ? {} : { startLr }),
      ...(endLr === undefined ? {} : { endLr }),
      ...(steps === undefined ? {} : { steps }),
      signal: abort.signal,
      onStep: ({ lr, smoothed }, done, total) => {
        if (out.interactive && !out.quiet)
          bar.update(done / total, 'range test', `lr ${rate(lr)}  loss ${smoothed.toFixed(3)}`);
      },
    });
    bar.clear();
    printCurve(out, result);
    const { valley, steep, minimum, defaultLr, optimizer, batchSize } = result;
    if (valley === null) {
      out.warn('the loss never fell: try more --steps, a wider range, or another batch size');
    } else {
      out.line(
        `suggestion --lr ${rate(valley)} for ${optimizer}, batch ${batchSize} (^ in the curve; steepest fall at ` +
          `${rate(steep as number)}, a tenth of the least loss's ${rate(minimum as number)}; default ${rate(defaultLr)})`,
      );
    }
    out.json(result);
  } finally {
    bar.clear();
    release();
  }
}
