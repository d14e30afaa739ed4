/** bundle/: that a command starts from it, with few files, and that a stale one is left aside. */
import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { isBuiltin } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const cli = fileURLToPath(new URL('..', import.meta.url));
const { dependencies } = JSON.parse(readFileSync(join(cli, 'package.json'), 'utf8'));
const folder = mkdtempSync(join(tmpdir(), 'saker-bundle-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** What npm run bundle -w @saker/cli, a part of tools/setup, has written. */
const chunks = (): string[] =>
  readdirSync(join(cli, 'bundle'))
    .filter((name) => name.endsWith('.js'))
    .map((name) => readFileSync(join(cli, 'bundle', name), 'utf8'));

it('imports only what the package names as its dependencies', () => {
  const imported = chunks().flatMap((code) =>
    [
      ...code.matchAll(/^(?:import|export)\b[^'"\n]*["']([^"'\n]+)["'];$|\bimport\(["']([^"'\n]+)["']\)/gm),
    ].map(([, one, other]) => one ?? other ?? ''),
  );
  const packages = imported
    .filter((id) => !id.startsWith('.') && !isBuiltin(id))
    .map((id) => /^(?:@[^/]+\/)?[^/]+/.exec(id)?.[0]);
  expect(packages).toContain('onnxruntime-node');
  expect([...new Set(packages)].filter((name) => !(name && name in dependencies))).toEqual([]);
});

it('a command loads a handful of files, and carries the licences of what is in them', () => {
  const coverage = join(folder, 'coverage');
  const { status, stdout } = spawnSync(process.execPath, [join(cli, 'bin/saker.js'), '--version'], {
    encoding: 'utf8',
    env: { ...process.env, NODE_V8_COVERAGE: coverage },
  });
  expect({ status, stdout }).toEqual({ status: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) });
  const loaded = readdirSync(coverage).flatMap((name) => {
    const { result } = JSON.parse(readFileSync(join(coverage, name), 'utf8')) as {
      result: { url: string }[];
    };
    return result.map(({ url }) => url).filter((url) => url.startsWith('file:'));
  });
  expect(loaded.filter((url) => !/\/cli\/(bundle|bin)\//.test(url))).toEqual([]);
  expect(loaded.length).toBeLessThan(20);
  const licences = readFileSync(join(cli, 'bundle/LICENSES.txt'), 'utf8');
  for (const name of ['zod', 'fastify', '@stricli/core']) expect(licences).toContain(`${name} `);
});

describe('the bundle is used', () => {
  const names = Object.keys(dependencies).flatMap((name) => /^@saker\/(.*)/.exec(name)?.[1] ?? []);
  const bin = join(folder, 'packages/cli/bin/saker.js');
  const program = (words: string): string => `export const main = () => console.log('${words}');`;
  /** Which of the two programs runs. */
  const run = (): string => spawnSync(process.execPath, [bin], { encoding: 'utf8' }).stdout.trim();
  const written = (path: string, second: number): void =>
    utimesSync(join(folder, 'packages', path), second, second);

  beforeAll(() => {
    for (const part of ['cli/bin', 'cli/bundle', ...[...names, 'cli'].map((name) => `${name}/dist`)]) {
      mkdirSync(join(folder, 'packages', part), { recursive: true });
    }
    writeFileSync(join(folder, 'packages/cli/package.json'), '{"type":"module"}');
    copyFileSync(join(cli, 'bin/saker.js'), bin);
    writeFileSync(join(folder, 'packages/cli/bundle/cli.js'), program('bundle'));
    writeFileSync(join(folder, 'packages/cli/dist/index.js'), program('packages'));
    written('cli/bundle/cli.js', 1000);
  });

  it('where packages say nothing of when they were compiled, and where all were compiled before it', () => {
    expect(run()).toBe('bundle');
    for (const name of [...names, 'cli']) {
      writeFileSync(join(folder, 'packages', name, 'dist/.tsbuildinfo'), '{}');
      written(`${name}/dist/.tsbuildinfo`, 1000);
    }
    expect(run()).toBe('bundle');
  });

  it.each([...names, 'cli'])('and not once %s was compiled again', (name) => {
    written(`${name}/dist/.tsbuildinfo`, 1001);
    expect(run()).toBe('packages');
    written(`${name}/dist/.tsbuildinfo`, 1000);
    expect(run()).toBe('bundle');
  });
});
