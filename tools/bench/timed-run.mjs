// Runs a command to its end and tells its output, wall time, and the CPU time of it and of all it waited for.
import { spawn } from 'node:child_process';

/** @throws Error with the last lines of its standard error when the command does not end with 0. */
export async function timedRun(command, args, { env = process.env } = {}) {
  // bash's `times` knows what children used, threads and grandchildren included.
  const child = spawn('bash', ['-c', '"$@"; s=$?; times >&3; exit $s', 'bash', command, ...args], {
    env,
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  });
  const texts = ['', '', '', ''];
  for (const n of [1, 2, 3]) {
    child.stdio[n].on('data', (chunk) => {
      texts[n] += chunk;
    });
  }
  const start = performance.now();
  const status = await new Promise((done) => child.on('close', done));
  if (status !== 0) {
    throw new Error(`${command} ${args.join(' ')} ended with ${status}:\n${texts[2].slice(-2000)}`);
  }
  const children = texts[3].trim().split('\n').at(-1);
  const cpu = [...children.matchAll(/(\d+)m([\d.]+)s/g)].reduce(
    (sum, [, m, s]) => sum + 60 * m + Number(s),
    0,
  );
  return { output: texts[1], seconds: (performance.now() - start) / 1000, cpu };
}
