/** Starts the processes of a run on this machine and looks after them until all have ended. */
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Writable } from 'node:stream';
import { SakerError } from '@saker/spec';
import { STORE_FILE } from './environment.js';
import { CANCELLED, type RankEnd, RankProcess } from './rank-process.js';

export interface LaunchOptions {
  /** Processes; 1 or more. */
  readonly nproc: number;
  /** The same for every process, which tells its place by `processPlace`. */
  readonly command: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** Where the lines of ranks above 0 go, each with its rank in front; rank 0 writes where this process writes. */
  readonly output: Writable;
  /** Hears the process ids once all processes are started. */
  readonly onStart?: (pids: readonly number[]) => void;
  /** Milliseconds that the others get to end by themselves after a rank has failed, and again before they are killed. Default 15,000. */
  readonly graceMs?: number;
}

/** A running launch. */
export interface Launched {
  /** Passes a signal on to every process. */
  signal(signal: NodeJS.Signals): void;
  /**
   * The greatest exit code once all processes have ended: 0 when all were done.
   * @throws SakerError E_DIST_RANK_FAILED naming the rank that failed first.
   */
  readonly done: Promise<number>;
}

/** A port that is free now; what a program that reads MASTER_PORT can use. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as { port: number };
  await new Promise((done) => server.close(done));
  return port;
}

/** Starts the processes. They end with this one, however it ends, when they call `endWithLauncher`. */
export async function launch(options: LaunchOptions): Promise<Launched> {
  const { nproc, command, args, output } = options;
  const folder = await mkdtemp(join(tmpdir(), 'saker-launch-'));
  const shared = {
    ...options.env,
    WORLD_SIZE: String(nproc),
    LOCAL_WORLD_SIZE: String(nproc),
    MASTER_ADDR: '127.0.0.1',
    MASTER_PORT: String(await freePort()),
    [STORE_FILE]: join(folder, 'store'),
  };
  const processes = Array.from({ length: nproc }, (_, rank) => {
    const env = { ...shared, RANK: String(rank), LOCAL_RANK: String(rank) };
    return new RankProcess({ rank, command, args, env, output });
  });
  options.onStart?.(processes.map(({ pid }) => pid ?? -1));
  const signal = (name: NodeJS.Signals) => {
    for (const child of processes) child.kill(name);
  };
  const done = watch(processes, signal, options.graceMs ?? 15_000).finally(() =>
    rm(folder, { recursive: true, force: true }),
  );
  return { signal, done };
}

const failed = ({ code, signal }: RankEnd): boolean => signal !== null || (code !== 0 && code !== CANCELLED);

async function watch(
  processes: readonly RankProcess[],
  signal: (name: NodeJS.Signals) => void,
  graceMs: number,
): Promise<number> {
  const timers: NodeJS.Timeout[] = [];
  const failures: RankEnd[] = [];
  let ending = false;
  const ends = await Promise.all(
    processes.map(async ({ ended }) => {
      const end = await ended;
      // What ends after our own signals says nothing of the cause.
      if (ending || !failed(end)) return end;
      if (failures.push(end) > 1) return end;
      timers.push(
        setTimeout(() => {
          ending = true;
          signal('SIGTERM');
        }, graceMs),
        setTimeout(() => signal('SIGKILL'), 2 * graceMs),
      );
      return end;
    }),
  );
  for (const timer of timers) clearTimeout(timer);
  const cause = causeOf(failures);
  if (cause) throw rankFailed(cause, processes.length);
  return Math.max(...ends.map(({ code }) => code ?? 1));
}

/** The failure that the others follow from: of a rank that did not merely lose another one, first of all a killed one. */
function causeOf(failures: readonly RankEnd[]): RankEnd | undefined {
  const own = failures.filter(({ error }) => error?.code !== 'E_DIST_PEER_LOST');
  return own.find(({ signal }) => signal !== null) ?? own[0] ?? failures[0];
}

function rankFailed({ rank, code, signal, error }: RankEnd, world: number): SakerError {
  return new SakerError('E_DIST_RANK_FAILED', {
    rank,
    world,
    reason: signal === null ? `exit code ${code}` : `signal ${signal}`,
    detail: error ? `${error.code} ${error.message}` : 'it said nothing of why',
  });
}
