import { parseRunConfig, type RunConfigInput } from '@saker/spec';
import type { CliContext } from '../../context.js';
import type { Output } from '../../output/output.js';
import { onInterrupt } from '../../signals.js';

/**
 * Runs this very command line in `nproc` processes, and ends as they do. A wrong configuration is told before.
 * @throws SakerError E_CONFIG_INVALID, E_DIST_RANK_FAILED.
 */
export async function launchRanks(
  context: CliContext,
  out: Output,
  nproc: number,
  config: RunConfigInput,
): Promise<void> {
  parseRunConfig(config);
  const { launch } = await import('@saker/trainer');
  const launched = await launch({
    nproc,
    command: process.execPath,
    args: [...process.execArgv, ...process.argv.slice(1)],
    env: process.env,
    output: process.stderr,
    onStart: (pids) => out.note(`${nproc} processes: ${pids.join(', ')}`),
  });
  const release = onInterrupt(context.process, () => {
    out.note('stopping after this step; press Ctrl-C again to stop at once');
    launched.signal('SIGINT');
  });
  try {
    context.process.exitCode = await launched.done;
  } finally {
    release();
  }
}
