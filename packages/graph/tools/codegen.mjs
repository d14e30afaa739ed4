// Generates src/gen/onnx_pb.ts from proto/onnx.proto with protoc and @bufbuild/protoc-gen-es.
// `--check` writes nothing: it exits 1 when the committed file differs, and 0 with a note when protoc is absent.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const check = process.argv.includes('--check');

function hasProtoc() {
  try {
    execFileSync('protoc', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

if (!hasProtoc()) {
  console.log('graph codegen: protoc is not installed (Debian: protobuf-compiler)');
  if (check) console.log('graph codegen: check skipped, src/gen was not compared');
  process.exit(check ? 0 : 1);
}

const plugin = fileURLToPath(new URL('../../../node_modules/.bin/protoc-gen-es', import.meta.url));
const out = check ? mkdtempSync(path.join(tmpdir(), 'saker-graph-gen-')) : path.join(root, 'src/gen');
try {
  execFileSync(
    'protoc',
    [
      `--plugin=protoc-gen-es=${plugin}`,
      `--es_out=${out}`,
      '--es_opt=target=ts,import_extension=js',
      `--proto_path=${path.join(root, 'proto')}`,
      'onnx.proto',
    ],
    { stdio: 'inherit' },
  );
  if (check) {
    const fresh = readFileSync(path.join(out, 'onnx_pb.ts'), 'utf8');
    const committed = readFileSync(path.join(root, 'src/gen/onnx_pb.ts'), 'utf8');
    if (fresh !== committed) {
      console.error('graph codegen: src/gen/onnx_pb.ts is out of date; run npm run codegen -w @saker/graph');
      process.exitCode = 1;
    }
  }
} finally {
  if (check) rmSync(out, { recursive: true, force: true });
}
