/** One process of a launched run, as the launcher sees it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { type ErrorJson, SakerError } from '@saker/spec';
import { STORE_FILE } from './environment.js';

/** Exit code of a process that was asked to end. */
export const CANCELLED = 130;

/** How a process ended; by a signal that the launcher passed on: as cancelled. */
export interface RankEnd {
  readonly rank: number;
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** What the process said of its failure, by `reportFailure`. */
  readonly error: ErrorJson | null;
}

/** What a process tells its launcher before it ends with an error. */
interface FailureMessage {
  readonly saker: 'failure';
  readonly error: ErrorJson;
}

/** Tells the launcher, when there is one, why this process is about to end. */
export function reportFailure(thrown: unknown): void {
  const message: FailureMessage = { saker: 'failure', error: SakerError.from(thrown).toJSON() };
  if (process.connected) process.send?.(message);
}

/**
 * Ends this process when its launcher is gone, in whatever way that went; does nothing without a launcher. Call it once, in
 * a process that `launch` started.
 */
export function endWithLauncher(exitCode: number): void {
  // A launcher that was gone before this process had started leaves its variable, but no channel.
  if (!process.channel && process.env[STORE_FILE] !== undefined) process.exit(exitCode);
  if (!process.channel) return;
  process.once('disconnect', () => process.exit(exitCode));
  // The channel alone is no reason to stay.
  process.channel.unref();
}

export interface RankProcessOptions {
  readonly rank: number;
  readonly command: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** Where the lines of ranks above 0 go, each with its rank in front. */
  readonly output: Writable;
}

export class RankProcess {
  readonly ended: Promise<RankEnd>;
  private readonly child: ChildProcess;
  private error: ErrorJson | null = null;
  private running = true;
  private readonly sent = new Set<NodeJS.Signals>();

  /** Rank 0 writes where the launcher writes. The process is in a session of its own, so that signals come from the launcher only. */
  constructor({ rank, command, args, env, output }: RankProcessOptions) {
    const own = rank === 0 ? 'inherit' : 'pipe';
    this.child = spawn(command, args, { env, detached: true, stdio: ['ignore', own, own, 'ipc'] });
    for (const stream of [this.child.stdout, this.child.stderr]) if (stream) prefix(stream, rank, output);
    this.child.on('message', (message) => {
      const failure = message as Partial<FailureMessage>;
      if (failure.saker === 'failure' && failure.error) this.error ??= failure.error;
    });
    this.ended = new Promise((done) => {
      const end = (code: number | null, signal: NodeJS.Signals | null) => {
        this.running = false;
        const asked = signal !== null && signal !== 'SIGKILL' && this.sent.has(signal);
        const ended = asked ? { code: CANCELLED, signal: null } : { code, signal };
        done({ rank, ...ended, error: this.error });
      };
      this.child.once('close', end);
      this.child.once('error', (thrown) => {
        this.error ??= new SakerError('E_INTERNAL', { detail: thrown.message }).toJSON();
        if (this.child.pid === undefined) end(1, null);
      });
    });
  }

  get pid(): number | undefined {
    return this.child.pid;
  }

  kill(signal: NodeJS.Signals): void {
    this.sent.add(signal);
    if (this.running) this.child.kill(signal);
  }
}

function prefix(stream: Readable, rank: number, output: Writable): void {
  createInterface({ input: stream }).on('line', (line) => output.write(`[rank ${rank}] ${line}\n`));
}
