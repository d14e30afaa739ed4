/** Every example of the guides is run, in order, in a folder with pictures in photos/. */
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { buildModel, readTensor, stateOf, writeSafetensors } from '@saker/graph';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Served, serveModel, temporaryFolder } from '../fixtures/saker.js';
import { writeShapes } from '../fixtures/shapes.js';
import { repoRoot } from '../fixtures/shared.js';

const { folder, remove } = temporaryFolder('docs');
const hasCurl = spawnSync('curl', ['--version']).status === 0;

interface Example {
  readonly kind: 'run' | 'server' | 'client';
  readonly code: string;
}

function examplesOf(page: string): Example[] {
  const text = readFileSync(join(repoRoot, 'docs/guide', page), 'utf8');
  return [...text.matchAll(/^```sh(?: (server|client))?\n([\s\S]*?)^```$/gm)].map(([, kind, code]) => ({
    kind: (kind ?? 'run') as Example['kind'],
    code: code ?? '',
  }));
}

function shell(code: string) {
  const cache = { SAKER_CACHE: join(folder, 'cache'), HF_HUB_OFFLINE: '1' };
  const env = { ...process.env, ...cache, PATH: `${join(folder, 'bin')}${delimiter}${process.env.PATH}` };
  return spawnSync('bash', ['-euo', 'pipefail', '-c', code], { cwd: folder, env, encoding: 'utf8' });
}

beforeAll(async () => {
  mkdirSync(join(folder, 'bin'));
  const saker = join(folder, 'bin/saker');
  writeFileSync(
    saker,
    `#!/bin/sh\nexec "${process.execPath}" "${join(repoRoot, 'packages/cli/bin/saker.js')}" "$@"\n`,
  );
  chmodSync(saker, 0o755);
  await writeShapes(join(folder, 'photos'), 12);
  // Weights that a guide pulls: put there by hand, as one does without a network.
  const model = buildModel('mobilevit_xxs', { numClasses: 1000, size: 64 });
  const state = [...stateOf(model).keys()].map(
    (name) => [name, readTensor(model.initializer(name)!)] as const,
  );
  mkdirSync(join(folder, 'cache/weights'), { recursive: true });
  const weights = join(folder, 'cache/weights/mobilevit_xxs.cvnets_in1k.safetensors');
  writeFileSync(weights, writeSafetensors(new Map(state)));
});
afterAll(remove);

describe.sequential('the guides', () => {
  for (const page of [
    'models.md',
    'train.md',
    'distributed.md',
    'pretrain.md',
    'evaluate.md',
    'predict.md',
    'preprocess.md',
  ]) {
    examplesOf(page).forEach(({ code }, i) => {
      it(`${page}: example ${i + 1} works as written`, () => {
        const { status, stderr } = shell(code);
        expect({ status, stderr: status === 0 ? '' : stderr }).toEqual({ status: 0, stderr: '' });
      });
    });
  }

  it('leave behind the files they speak of', () => {
    for (const file of [
      'model.onnx',
      'model.train.jsonl',
      'tuned.onnx',
      'report/report.html',
      'report/evaluation.json',
      'sheet.png',
      'shards/index.csv',
      'parts/index.csv',
      'tensors/shard-000000.safetensors',
    ]) {
      expect(existsSync(join(folder, file))).toBe(true);
    }
  });
});

describe.sequential('serve.md', () => {
  const examples = examplesOf('serve.md');
  let server: Served;
  beforeAll(async () => {
    server = await serveModel(join(folder, 'model.onnx'));
  });
  afterAll(() => server?.stop());

  it('starts the server with a command that exists', () => {
    expect(examples.filter(({ kind }) => kind === 'server').map(({ code }) => code)).toEqual([
      'saker serve model.onnx\n',
    ]);
  });

  examples
    .filter(({ kind }) => kind === 'run')
    .forEach(({ code }, i) => {
      it(`example ${i + 1} works as written`, () => {
        const { status, stderr } = shell(code);
        expect({ status, stderr: status === 0 ? '' : stderr }).toEqual({ status: 0, stderr: '' });
      });
    });

  examples
    .filter(({ kind }) => kind === 'client')
    .forEach(({ code }, i) => {
      it.skipIf(!hasCurl)(`request ${i + 1} gets an answer`, async () => {
        const { status, stdout } = shell(code.replaceAll('http://127.0.0.1:8080', server.url));
        expect(status).toBe(0);
        // Of /predict the label, of the protocol its tensors.
        const answer = JSON.parse(stdout);
        expect(Object.keys(answer).some((key) => ['label', 'outputs'].includes(key))).toBe(true);
      });
    });
});
