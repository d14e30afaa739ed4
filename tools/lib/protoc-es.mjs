/** TypeScript from .proto files, by protoc and @bufbuild/protoc-gen-es. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const PLUGIN = fileURLToPath(new URL('../../node_modules/.bin/protoc-gen-es', import.meta.url));

function hasProtoc() {
  try {
    execFileSync('protoc', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/**
 * Writes `<to>/<name>_pb.ts` for each `proto/<name>.proto` of a package and sets the exit code. With `--check` among the
 * arguments nothing is written: it is 1 when a committed file differs, and 0 with a note when protoc is absent.
 */
export function generate({ packageName, root, names, to }) {
  const check = process.argv.includes('--check');
  const say = (text) => console.log(`${packageName} codegen: ${text}`);
  if (!hasProtoc()) {
    say('protoc is not installed (Debian: protobuf-compiler)');
    if (check) say(`check skipped, ${to} was not compared`);
    process.exitCode = check ? 0 : 1;
    return;
  }
  const committed = path.join(root, to);
  const out = check ? mkdtempSync(path.join(tmpdir(), `saker-${packageName}-gen-`)) : committed;
  try {
    execFileSync(
      'protoc',
      [
        `--plugin=protoc-gen-es=${PLUGIN}`,
        `--es_out=${out}`,
        '--es_opt=target=ts,import_extension=js',
        `--proto_path=${path.join(root, 'proto')}`,
        ...names.map((name) => `${name}.proto`),
      ],
      { stdio: 'inherit' },
    );
    for (const name of check ? names : []) {
      const file = `${name}_pb.ts`;
      if (readFileSync(path.join(out, file), 'utf8') === readFileSync(path.join(committed, file), 'utf8'))
        continue;
      console.error(
        `${packageName} codegen: ${to}/${file} is out of date; run npm run codegen -w @saker/${packageName}`,
      );
      process.exitCode = 1;
    }
  } finally {
    if (check) rmSync(out, { recursive: true, force: true });
  }
}
