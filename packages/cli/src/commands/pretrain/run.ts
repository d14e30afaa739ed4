import { duration, ERRORS, type PretrainConfigInput } from '@saker/spec';
import type { PretrainEvent } from '@saker/trainer';
import type { CliContext } from '../../context.js';
import { Output, printable } from '../../output/output.js';
import { ProgressBar } from '../../output/progress-bar.js';
import { percent } from '../../output/table.js';
import { onInterrupt } from '../../signals.js';
import type { DinoFlags, PretrainFlags } from './command.js';

function reporter(out: Output, bar: ProgressBar): (event: PretrainEvent) => void {
  const say = (text: string): void => {
    bar.clear();
    out.note(text);
  };
  return (event) => {
    if (event.type === 'start')
      say(
        `learning from ${event.pictures} pictures, ${event.views} views each; ${event.parameters} parameters`,
      );
    else if (event.type === 'sample-rejected') {
      bar.clear();
      out.warn(`left out ${printable(event.path)}: ${event.error.code} ${printable(event.error.message)}`);
    } else if (event.type === 'step') {
      if (out.interactive && !out.quiet)
        bar.update(
          event.step / event.steps,
          `epoch ${event.epoch}/${event.epochs}`,
          `loss ${event.loss.toFixed(3)}  matched ${percent(event.matched)}  ETA ${duration(event.etaMs / 1000)}`,
        );
    } else {
      say(
        `epoch ${event.epoch}/${event.epochs}  loss ${event.loss.toFixed(4)}  matched ${percent(event.matched)}  ` +
          `${Math.round(event.imagesPerSecond)} images/s`,
      );
    }
  };
}

async function run(
  context: CliContext,
  method: PretrainConfigInput['method'],
  flags: DinoFlags,
  data: string,
): Promise<void> {
  const { json: _json, quiet: _quiet, ...given } = flags;
  const out = new Output(context, flags);
  const bar = new ProgressBar(out);
  const { pretrain } = await import('@saker/trainer');
  const abort = new AbortController();
  const release = onInterrupt(context.process, () => {
    out.note('stopping after this step; press Ctrl-C again to stop at once');
    abort.abort();
  });
  try {
    const set = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
    const config = { ...set, method, data } as PretrainConfigInput;
    const result = await pretrain(config, { onEvent: reporter(out, bar), signal: abort.signal });
    bar.clear();
    const { probe, epochs, seconds, model, stopped } = result;
    out.line(`${epochs} epochs on ${result.pictures} pictures in ${duration(seconds)}`);
    if (probe) {
      const { before, after } = probe;
      out.line(`nearest neighbours ${percent(before.knn)} before, ${percent(after.knn)} after`);
      out.line(`linear classifier  ${percent(before.linear)} before, ${percent(after.linear)} after`);
    }
    out.line(`backbone ${model}`);
    if (stopped === 'cancelled') context.process.exitCode = ERRORS.E_CANCELLED.exitCode;
    out.json(result);
  } finally {
    bar.clear();
    release();
  }
}

/** `saker pretrain simclr`. */
export async function simclr(this: CliContext, flags: PretrainFlags, data: string): Promise<void> {
  return run(this, 'simclr', flags, data);
}

/** `saker pretrain dino`. */
export async function dino(this: CliContext, flags: DinoFlags, data: string): Promise<void> {
  return run(this, 'dino', flags, data);
}
