/** The package's types as a user's strict TypeScript project sees them. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

/** What the compiler says of a file of a project that has the package; empty: nothing. */
async function compile(source: string): Promise<string> {
  // Below the package, where its own name is resolved as for a user.
  const folder = mkdtempSync(join(import.meta.dirname, '../.types-'));
  const file = join(folder, 'user.ts');
  writeFileSync(file, source);
  const flags = ['--noEmit', '--strict', '--skipLibCheck', '--ignoreConfig', '--types', 'node'];
  const module = ['--target', 'es2023', '--module', 'nodenext', '--moduleResolution', 'nodenext'];
  try {
    await promisify(execFile)('npx', ['--no-install', 'tsc', ...flags, ...module, file]);
    return '';
  } catch (failure) {
    return (failure as { stdout: string }).stdout;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

describe.each([
  [
    'startServer',
    "import { startServer } from '@saker/serve';\nconst { app } = await startServer({ model: 'm.onnx' });",
  ],
  ['buildApp', "import { buildApp } from '@saker/serve/app';\nconst app = buildApp({ model: 'm.onnx' });"],
])('the app of %s', (_name, head) => {
  it('has its models', async () => {
    const use = [
      'const names: string[] = app.models.names();',
      'const label: string | undefined = app.models.get(names[0]).pool.info?.labels[0];',
      'await app.models.load(label ?? names[0]!);',
    ];
    expect(await compile([head, ...use].join('\n'))).toBe('');
  });

  it('has them with their types', async () => {
    expect(await compile(`${head}\napp.models.nothing();`)).toContain("'nothing' does not exist");
    expect(await compile(`${head}\nconst all: number = app.models.names();`)).toContain('TS2322');
  });
});
