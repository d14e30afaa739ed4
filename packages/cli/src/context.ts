import type { CommandContext } from '@stricli/core';

/** A standard stream, as far as the commands use it. */
export interface OutStream {
  readonly write: (text: string) => unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

/** What a command may know about the process that runs it. */
export interface CliProcess {
  readonly stdout: OutStream;
  readonly stderr: OutStream;
  readonly env: Readonly<Record<string, string | undefined>>;
  exitCode?: number | string | null;
  readonly on: (event: 'SIGINT' | 'SIGTERM', listener: () => void) => unknown;
  readonly off: (event: 'SIGINT' | 'SIGTERM', listener: () => void) => unknown;
  readonly exit: (code: number) => never;
}

/** Stricli's context: `this` of every command function. */
export interface CliContext extends CommandContext {
  readonly process: CliProcess;
}
