import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { COMMAND_NAMES, referencePage } from '@saker/cli';
import { ERRORS } from '@saker/spec';
import { expect, it } from 'vitest';

const file = resolve(import.meta.dirname, '../../../docs/reference/cli.md');

it('has a committed reference page that is what the commands say now', () => {
  expect(readFileSync(file, 'utf8')).toBe(referencePage());
});

it('documents every command, its flags, and every error code', () => {
  const page = referencePage();
  for (const name of COMMAND_NAMES) expect(page).toContain(`## saker ${name}\n`);
  for (const code of Object.keys(ERRORS)) expect(page).toContain(`\`${code}\``);
});

it('freezes the flags of each command', () => {
  const flags = (name: string): string[] => {
    const section = referencePage().split(`## saker ${name}\n`)[1]?.split('\n## ')[0] ?? '';
    return [...section.matchAll(/^ {2}(?:-\w| {2}) +\[?(--[a-z-]+)/gm)].map((match) => match[1] as string);
  };
  const model = ['--size', '--mean', '--std', '--labels', '--json', '--quiet', '--help'];
  // A line for each file of train's flags.
  const step = [
    ...['--model', '--recipe'],
    ...['--epochs', '--batch-size', '--lr', '--optimizer', '--schedule', '--clip', '--clip-mode'],
    ...['--size', '--mean', '--std', '--mixup', '--cutmix', '--mixup-mode', '--mixup-switch-prob'],
    ...['--seed', '--threads', '--config'],
  ];
  const common = ['--json', '--quiet', '--help'];
  expect(flags('train').sort()).toEqual([...step, '--out', ...common].sort());
  expect(flags('lr-find')).toEqual(['--start-lr', '--end-lr', '--steps', ...step, ...common]);
  expect(flags('batch-find')).toEqual(['--from', '--to', ...step, ...common]);
  expect(flags('tune')).toEqual([
    ...['--space', '--algorithm', '--trials', '--factor', '--out', ...step, ...common],
  ]);
  expect(flags('evaluate')).toEqual(['--split', '--report', '--tta', ...model]);
  expect(flags('predict')).toEqual(['--top-k', '--tta', ...model]);
  expect(flags('serve')).toEqual(['--host', '--port', ...model]);
  expect(flags('show')).toEqual([
    ...['--pipeline', '--count', '--draws', '--seed', '--out', '--json', '--quiet', '--help'],
  ]);
  expect(flags('preprocess')).toEqual([
    ...['--pipeline', '--out', '--format', '--max-side', '--quality', '--dtype', '--shard', '--shard-size'],
    ...['--seed', '--threads', '--resume', '--json', '--quiet', '--help'],
  ]);
  expect(flags('ops')).toEqual(['--json', '--quiet', '--help']);
  expect(flags('bench preprocess')).toEqual([
    ...[
      '--pipeline',
      '--count',
      '--threads',
      '--rounds',
      '--compare',
      '--device',
      '--json',
      '--quiet',
      '--help',
    ],
  ]);
  expect(flags('doctor')).toEqual(['--json', '--quiet', '--help']);
});
