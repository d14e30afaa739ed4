import { readdirSync, readFileSync } from 'node:fs';
import { startServer } from '@saker/serve';
import { expect, it } from 'vitest';
import { fastModel, temporaryFolder } from './support/models.js';

const folder = temporaryFolder();

/** Niceness of every thread of this process: field 19 of stat, after the name in parentheses. */
const niceness = (): number[] =>
  readdirSync('/proc/self/task').map((thread) =>
    Number(
      readFileSync(`/proc/self/task/${thread}/stat`, 'utf8').split(') ').at(-1)?.split(' ')[16] ?? Number.NaN,
    ),
  );

it.skipIf(process.platform !== 'linux')(
  'inference gives way to the thread that answers sockets',
  async () => {
    const before = niceness();
    const own = Number(
      readFileSync(`/proc/self/task/${process.pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ')[16],
    );
    const server = await startServer({ model: fastModel(folder), port: 0, workers: 2, threads: 1 });
    try {
      const lowered = (all: readonly number[]): number => all.filter((nice) => nice === own + 5).length;
      expect(lowered(niceness()) - lowered(before)).toBeGreaterThanOrEqual(2);
      const stat = readFileSync(`/proc/self/task/${process.pid}/stat`, 'utf8').split(') ').at(-1);
      expect(Number(stat?.split(' ')[16])).toBe(own);
    } finally {
      await server.close();
    }
  },
);
