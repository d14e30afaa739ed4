// What the checks share: the repository's own files, and a way to report what is wrong.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

export const root = resolve(import.meta.dirname, '../..');

/** Paths of all files of the repository that git does not ignore, relative to its root; `pattern` filters them. */
export function listFiles(pattern = /./) {
  const output = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64 << 20,
  });
  return output.split('\0').filter((file) => file && pattern.test(file) && existsSync(join(root, file)));
}

export function readText(file) {
  return readFileSync(join(root, file), 'utf8');
}

/** Prints each problem and sets the exit status. */
export function report(problems) {
  for (const problem of problems) console.log(`  ${problem}`);
  if (problems.length > 0) process.exitCode = 1;
}

/** Line number (from 1) of a character offset. */
export function lineOf(text, offset) {
  return text.slice(0, offset).split('\n').length;
}
