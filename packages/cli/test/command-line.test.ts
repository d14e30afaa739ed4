import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { COMMAND_NAMES } from '@saker/cli';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const bin = resolve(import.meta.dirname, '../bin/saker.js');
let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'saker-cli-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function saker(...args: string[]) {
  const { SAKER_DEBUG: _debug, ...env } = process.env;
  const { status, stdout, stderr } = spawnSync(process.execPath, [bin, ...args], {
    cwd: folder,
    encoding: 'utf8',
    env,
  });
  return { status, stdout, stderr, last: stdout.trimEnd().split('\n').at(-1) ?? '' };
}

describe('the command line', () => {
  it('shows help for no arguments, --help, and every command', () => {
    for (const args of [[], ['--help'], ...COMMAND_NAMES.map((name) => [...name.split(' '), '--help'])]) {
      const { status, stdout, stderr } = saker(...args);
      expect({ args, status, stderr }).toEqual({ args, status: 0, stderr: '' });
      expect(stdout).toContain('USAGE');
    }
  });

  it('gives every command examples', () => {
    for (const name of COMMAND_NAMES) {
      expect(saker(...name.split(' '), '--help').stdout).toContain(`EXAMPLES\n  saker ${name}`);
    }
  });

  it('prints its version alone', () => {
    expect(saker('--version').stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  it.each([
    [['trian'], 'There is no command trian. Did you mean train?'],
    [['train', '--modle', 'x'], 'There is no flag --modle. Did you mean --model?'],
    [['train', '--bogus-flag', 'x'], 'There is no flag --bogus-flag.'],
    [['train', 'data'], 'Name a model with --model'],
    [['train', '--model', 'resnet8'], 'The argument DATA is missing.'],
    [['train', 'data', '--model'], 'The flag --model needs a value.'],
    [['train', 'data', '--model', 'a', '--model', 'b'], 'The flag --model is given twice'],
    [['predict', 'model.onnx'], 'The argument MODEL FILE... is missing.'],
    [['evaluate', 'model.onnx'], 'The argument DATA is missing.'],
    [['serve', 'a', 'b'], 'Too many arguments'],
  ])('refuses %j with exit code 2, a sentence and a hint', (args, sentence) => {
    const { status, stdout, stderr } = saker(...args);
    expect(stderr).toContain(`error E_USAGE: ${sentence}`);
    expect(stderr).toContain('\n  hint: ');
    expect(stderr).not.toMatch(/\n\s+at /);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  });

  it.each([
    ['--epochs', 'ten'],
    ['--epochs', '-1'],
    ['--batch-size', '0'],
    ['--lr', 'NaN'],
    ['--size', '4'],
    ['--mean', '1,2'],
    ['--std', '0,0,0'],
    ['--seed', '4294967296'],
    ['--threads', '0'],
    ['--recipe', 'magic'],
    ['--mixup', '-0.1'],
    ['--cutmix', '101'],
    ['--mixup-mode', 'row'],
    ['--mixup-switch-prob', '1.5'],
  ])('refuses train %s %s as E_ARG_INVALID', (flag, value) => {
    const { status, stderr, last } = saker('train', 'data', '--model', 'resnet8', flag, value, '--json');
    expect(stderr).toMatch(
      new RegExp(`^error E_ARG_INVALID: Expected .* for ${flag}, received ${value}\\.\n  hint: `),
    );
    expect(JSON.parse(last).error.code).toBe('E_ARG_INVALID');
    expect(status).toBe(2);
  });

  it('closes with the error as JSON when --json is given', () => {
    const { stdout } = saker('evaluate', '--json');
    const { error } = JSON.parse(stdout);
    expect(Object.keys(error)).toEqual(['code', 'message', 'hint']);
  });

  it('shows a stack trace only with SAKER_DEBUG=1', () => {
    const env = { ...process.env, SAKER_DEBUG: '1' };
    const { stderr } = spawnSync(process.execPath, [bin, 'trian'], { encoding: 'utf8', env });
    expect(stderr).toMatch(/\n\s+at /);
  });

  it('names the file and the fault of a run configuration it cannot use', () => {
    const file = join(folder, 'run.json');
    const train = (): ReturnType<typeof saker> =>
      saker('train', 'data', '--model', 'resnet8', '--config', file);
    expect(train()).toMatchObject({ status: 3 });
    writeFileSync(file, '{"epochs": }');
    expect(train().stderr).toContain('error E_CONFIG_INVALID');
    writeFileSync(file, '[]');
    expect(train().stderr).toContain('expected a JSON object');
    writeFileSync(file, '{"epochz": 3}');
    const { status, stderr } = train();
    expect(stderr).toContain('epochz');
    expect(status).toBe(2);
  });
});
