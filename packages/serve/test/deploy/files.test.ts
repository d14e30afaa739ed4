/** The other files of deploy/: checked by what can be had without an engine. */
import { execFile, execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { validate } from 'dockerfile-utils';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { deploy } from '../support/helm.js';

const root = resolve(deploy, '..');
const dockerfile = readFileSync(join(deploy, 'docker/Dockerfile'), 'utf8');
const linter = createRequire(import.meta.url).resolve('dockerfilelint/bin/dockerfilelint');

describe('the Dockerfile', () => {
  it('has no finding of two linters', async () => {
    const { stdout } = await promisify(execFile)('node', [linter, '-o', 'json', 'deploy/docker/Dockerfile'], {
      cwd: root,
    });
    expect(JSON.parse(stdout).totalIssues).toBe(0);
    expect(validate(dockerfile).map((finding) => finding.message)).toEqual([]);
  });

  it('copies only what is there and runs as nobody in particular', () => {
    for (const [, sources] of dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm))
      for (const source of sources?.split(' ') ?? [])
        expect(existsSync(join(root, source)), source).toBe(true);
    const [last] = dockerfile.split('\nFROM ').slice(-1);
    expect(last).toMatch(/^USER 10001:10001$/m);
  });

  it('installs the shared libraries that the pixel core is linked to', () => {
    const core = join(root, 'packages/core-native/build/Release/core.node');
    const found = spawnSync('ldd', [core], { encoding: 'utf8' });
    const owner = (path: string): string =>
      spawnSync('dpkg', ['-S', path], { encoding: 'utf8' }).stdout.split(':')[0] ?? '';
    if (found.status !== 0 || owner('/usr/bin/dpkg') !== 'dpkg') {
      console.warn('not checked: needs ldd and dpkg');
      return;
    }
    const libraries = [...found.stdout.matchAll(/=> (\S+)/g)].map(([, path]) => path as string);
    const packages = libraries.map((path) => owner(path) || owner(path.replace(/^\/lib/, '/usr/lib')));
    // What every image of Node has.
    const base = new Set(['libc6', 'libgcc-s1', 'libstdc++6', 'zlib1g']);
    const [runtime] = dockerfile.split('\nFROM ').slice(-1);
    for (const name of packages) if (name && !base.has(name)) expect(runtime, name).toContain(` ${name}`);
  });
});

describe('the compose file', () => {
  const { services } = parse(readFileSync(join(deploy, 'compose.yaml'), 'utf8'));

  it('builds this image, and opens it to this machine only', () => {
    const { build, ports } = services.saker;
    expect(existsSync(join(deploy, build.context, build.dockerfile))).toBe(true);
    expect(ports).toEqual(['127.0.0.1:8080:8080']);
  });

  it('writes nothing and gains nothing', () => {
    expect(services.saker).toMatchObject({
      read_only: true,
      cap_drop: ['ALL'],
      security_opt: ['no-new-privileges:true'],
    });
    expect(services.saker.volumes.every((volume: string) => volume.endsWith(':ro'))).toBe(true);
  });
});

describe('the systemd unit', () => {
  const unit = join(deploy, 'systemd/saker.service');
  const analyze = existsSync('/usr/bin/systemd-analyze');
  if (!analyze) console.warn('the systemd unit is not verified: there is no systemd-analyze here');

  it.skipIf(!analyze)('is one that systemd takes', () => {
    const { stderr, status } = spawnSync('systemd-analyze', ['verify', unit], { encoding: 'utf8' });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });

  it.skipIf(!analyze)('is exposed by at most 2.0 of 10', () => {
    const report = execFileSync('systemd-analyze', ['security', '--offline=true', unit], {
      encoding: 'utf8',
    });
    const [, level] = report.match(/exposure level for saker.service: ([0-9.]+)/) ?? [];
    expect(Number(level)).toBeLessThanOrEqual(2);
  });
});
