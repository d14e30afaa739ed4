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

it('keeps the flags that each command has had', () => {
  const flags = (name: string): string[] => {
    const section = referencePage().split(`## saker ${name}\n`)[1]?.split('\n## ')[0] ?? '';
    return [...section.matchAll(/^ {2}(?:-\w| {2}) +\[?(--[a-z0-9-]+)/gm)].map((match) => match[1] as string);
  };
  const common = ['--json', '--quiet', '--help'];
  const step = [
    ...['--model', '--recipe', '--seed', '--threads', '--config'],
    ...['--epochs', '--batch-size', '--lr', '--optimizer', '--schedule', '--clip', '--clip-mode'],
    ...['--size', '--mean', '--std', '--mixup', '--cutmix', '--mixup-mode', '--mixup-switch-prob'],
  ];
  const model = ['--size', '--mean', '--std', '--labels'];
  const kept: Record<string, string[]> = {
    train: [...step, '--out'],
    'lr-find': ['--start-lr', '--end-lr', '--steps', ...step],
    'batch-find': ['--from', '--to', ...step],
    tune: ['--space', '--algorithm', '--trials', '--factor', '--out', ...step],
    evaluate: ['--split', '--report', '--tta', ...model],
    predict: ['--top-k', '--tta', ...model],
    serve: ['--host', '--port', ...model],
    show: ['--pipeline', '--count', '--draws', '--seed', '--out'],
    preprocess: [
      ...['--pipeline', '--out', '--format', '--max-side', '--quality', '--dtype', '--shard', '--shard-size'],
      ...['--seed', '--threads', '--resume'],
    ],
    ops: [],
    'bench preprocess': ['--pipeline', '--count', '--threads', '--rounds', '--compare', '--device'],
    doctor: [],
  };
  for (const [name, wanted] of Object.entries(kept)) {
    expect(flags(name), name).toEqual(expect.arrayContaining([...wanted, ...common]));
  }
});
