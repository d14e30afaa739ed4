import { SakerError } from '@saker/spec';
import { run } from '@stricli/core';
import { buildApp } from './app.js';
import type { CliProcess } from './context.js';
import { formatError } from './errors.js';

/** Streams of a program whose reader has gone away (`saker ... | head`) raise EPIPE; that is no error of ours. */
function tolerateClosedPipe(process: CliProcess): void {
  for (const stream of [process.stdout, process.stderr]) {
    const emitter = stream as { on?: (event: 'error', listener: (error: { code?: string }) => void) => void };
    emitter.on?.('error', (error) => {
      if (error.code === 'EPIPE') process.exit(0);
      throw error;
    });
  }
}

/**
 * Runs one `saker` command line and sets `process.exitCode`: 0, or the exit code of the registry.
 * Errors go to stderr as "error CODE: sentence" and a hint; with --json also as the last line of stdout, as
 * `{"error":{"code","message","hint"}}`. A stack trace appears only with SAKER_DEBUG=1.
 * @param argv the arguments after the program's name.
 */
export async function main(argv: readonly string[], process: CliProcess): Promise<void> {
  tolerateClosedPipe(process);
  let failure: SakerError | null = null;
  const fail = (error: SakerError): string => {
    failure ??= error;
    return formatError(error, {
      debug: Boolean(process.env.SAKER_DEBUG),
      color: Boolean(process.stderr.isTTY),
    });
  };
  const app = buildApp(fail);
  try {
    await run(app, argv.length === 0 ? ['--help'] : argv, { process } as never);
  } catch (thrown) {
    process.stderr.write(`${fail(SakerError.from(thrown))}\n`);
  }
  const failed = failure as SakerError | null;
  if (failed === null) return;
  process.exitCode = failed.exitCode;
  if (argv.includes('--json')) {
    const { code, message, hint } = failed;
    process.stdout.write(`${JSON.stringify({ error: { code, message, hint } })}\n`);
  }
}
