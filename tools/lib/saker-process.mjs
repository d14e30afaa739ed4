// Runs the saker command of this clone from the tools, as a user would.
import { spawn } from 'node:child_process';
import { join, resolve } from 'node:path';

export const root = resolve(import.meta.dirname, '../..');
const bin = join(root, 'packages/cli/bin/saker.js');

function start(args) {
  return spawn(process.execPath, [bin, ...args, '--json'], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

/** Runs `saker ...args --json` to its end and gives the object of its last line. */
export async function saker(...args) {
  const child = start(args);
  let output = '';
  child.stdout.on('data', (chunk) => {
    output += chunk;
  });
  const status = await new Promise((done, fail) => {
    child.on('error', fail);
    child.on('close', done);
  });
  if (status !== 0) throw new Error(`saker ${args[0]} ended with status ${status}`);
  return JSON.parse(output.trimEnd().split('\n').at(-1));
}

/** Starts `saker serve` on a free port; resolves when it is ready, with its address and a way to stop it. */
export async function sakerServe(model) {
  const child = start(['serve', model, '--port', '0', '--quiet']);
  const ended = new Promise((done) => child.on('close', done));
  const url = await new Promise((done, fail) => {
    let output = '';
    child.on('error', fail);
    child.on('close', (status) => fail(new Error(`saker serve ended with status ${status}`)));
    child.stdout.on('data', (chunk) => {
      output += chunk;
      if (output.includes('\n')) done(JSON.parse(output).url);
    });
  });
  return {
    url,
    stop: async () => {
      child.kill('SIGTERM');
      return ended;
    },
  };
}
