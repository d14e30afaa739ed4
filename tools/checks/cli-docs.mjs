// every command in docs/reference/cli.md exists, and every `saker` line in the guides uses flags it has
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { lineOf, listFiles, readText, report, root } from '../lib/repository.mjs';

const bin = join(root, 'packages/cli/bin/saker.js');
const page = readText('docs/reference/cli.md');
const sections = new Map(
  page
    .split(/^## saker /m)
    .slice(1)
    // A command of a group has two words: `keys create`.
    .map((section) => [/^[^\n]+/.exec(section)[0].trim(), section]),
);
const problems = [];
for (const name of sections.keys()) {
  try {
    execFileSync(process.execPath, [bin, ...name.split(' '), '--help'], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  } catch (error) {
    problems.push(`docs/reference/cli.md: saker ${name} --help fails: ${error.stderr || error.message}`);
  }
}
for (const file of listFiles(/(^README|^docs\/guide\/.*|^examples\/.*)\.md$/)) {
  const text = readText(file);
  for (const match of text.matchAll(/^\s*(?:\$ )?(?:npx )?saker ([a-z-]+)( [a-z-]+)?((?:\\\n|[^\n])*)/gm)) {
    const [, first, second = '', rest] = match;
    const name = sections.has(first + second) ? first + second : first;
    const section = sections.get(name);
    const at = `${file}:${lineOf(text, match.index)}`;
    if (!section) {
      problems.push(`${at}: no command ${name}`);
      continue;
    }
    for (const [flag] of rest.matchAll(/--[a-z][a-z-]+/g)) {
      if (!section.includes(flag)) problems.push(`${at}: saker ${name} has no flag ${flag}`);
    }
  }
}
report(problems);
