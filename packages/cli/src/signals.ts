import { ERRORS } from '@saker/spec';
import type { CliProcess } from './context.js';

/**
 * Calls `first` on the first Ctrl-C (or SIGTERM); a second one ends the process at once with exit code 130.
 * @returns a function that takes the handlers away again.
 */
export function onInterrupt(process: CliProcess, first: () => void): () => void {
  let asked = false;
  const handler = (): void => {
    if (asked) process.exit(ERRORS.E_CANCELLED.exitCode);
    asked = true;
    first();
  };
  process.on('SIGINT', handler);
  process.on('SIGTERM', handler);
  return () => {
    process.off('SIGINT', handler);
    process.off('SIGTERM', handler);
  };
}
