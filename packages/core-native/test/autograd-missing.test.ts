import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { mlp } from './fixtures/programs.js';

const pack = fileURLToPath(new URL('..', import.meta.url));
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'saker-no-torch-'));
  for (const name of ['absent', 'broken']) {
    cpSync(join(pack, 'dist'), join(folder, name, 'dist'), { recursive: true });
    cpSync(join(pack, 'package.json'), join(folder, name, 'package.json'));
  }
  mkdirSync(join(folder, 'broken/build/Release'), { recursive: true });
  writeFileSync(join(folder, 'broken/build/Release/autograd.node'), 'no shared library');
  symlinkSync(join(pack, '../../node_modules'), join(folder, 'node_modules'));
});
afterAll(() => rmSync(folder, { recursive: true }));

it.each([
  ['absent', /libtorch-dev.*build-native/],
  ['broken', /autograd\.node.*build-native/],
])(
  'with the addon %s, torchCapabilities says why and what to do, and create throws E_TORCH_NOT_FOUND',
  async (name, reason) => {
    const url = pathToFileURL(join(folder, name, 'dist/autograd/index.js')).href;
    const { TrainableModel, torchCapabilities } = await import(/* @vite-ignore */ url);
    expect(torchCapabilities()).toEqual({ available: false, reason: expect.stringMatching(reason) });
    expect(() => TrainableModel.create(mlp())).toThrowError(
      expect.objectContaining({ code: 'E_TORCH_NOT_FOUND' }),
    );
  },
);
