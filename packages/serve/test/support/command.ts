/** `saker serve` in a process of its own, as the command starts it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const SAKER = fileURLToPath(new URL('../../../cli/bin/saker.js', import.meta.url));

/** Starts it on a free port with one worker, and waits until it is ready. */
export async function startCommand(
  model: string,
  flags: readonly string[] = [],
): Promise<{ readonly url: string; readonly child: ChildProcess }> {
  const args = [SAKER, 'serve', model, '--port', '0', '--workers', '1', '--json', ...flags];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'ignore'] });
  const [line] = await once(child.stdout, 'data');
  const { url } = JSON.parse(String(line));
  return { url, child };
}
