import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  buildModel,
  type DenseTensor,
  fitWeights,
  readTensor,
  readTorchFile,
  readWeights,
  stateOf,
  type TensorValues,
  tensorNumbers,
  writeModel,
  writeSafetensors,
} from '@saker/graph';
import { afterAll, describe, expect, it } from 'vitest';
import { resamplePositions } from '../src/weights/position-embedding.js';
import { formulaTensor } from './helpers/formula.js';

interface Case {
  readonly bytes: string;
  readonly tensors: Record<string, { dims: number[]; data: number[] }>;
}
const cases: {
  files: Record<string, Case>;
  refused: Record<string, string>;
  /** Position embeddings [1, 1 + g^2, 2] by the grid's side g. */
  positions: Record<'3' | '4' | '6', number[]>;
} = JSON.parse(readFileSync(new URL('fixtures/torch-files.json', import.meta.url), 'utf8'));
const decode = (text: string) => new Uint8Array(Buffer.from(text, 'base64'));
const folder = mkdtempSync(join(tmpdir(), 'saker-weights-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('state dicts that torch.save wrote', () => {
  for (const [name, { bytes, tensors }] of Object.entries(cases.files)) {
    it(`${name}: every floating-point tensor has its dims and values`, async () => {
      const read = await readTorchFile(decode(bytes), name);
      const plain = [...read].map(([id, { dims, data }]) => [id, { dims, data: [...data] }]);
      expect(Object.fromEntries(plain)).toEqual(tensors);
    });
  }

  it.each([
    ['old', /before 1\.6/],
    ['code', /asks for (builtins|__builtin__)\.print/],
    ['model', /which is not part of a state dict/],
    ['list', /holds no state dict/],
  ])('refuses %s', async (name, message) => {
    await expect(readTorchFile(decode(cases.refused[name]!), 'w.pth')).rejects.toThrow(message);
  });

  it('refuses every truncation, and survives any changed byte', async () => {
    const whole = decode(cases.files.plain!.bytes);
    for (let length = 0; length < whole.length; length += 37)
      await expect(readTorchFile(whole.subarray(0, length), 'w.pth')).rejects.toMatchObject({
        code: 'E_WEIGHTS_FILE',
      });
    for (let at = 0; at < whole.length; at += 11) {
      const changed = whole.slice();
      changed[at]! ^= 0x41;
      const error = await readTorchFile(changed, 'w.pth').then(
        () => null,
        (cause) => cause,
      );
      if (error) expect(error).toMatchObject({ code: 'E_WEIGHTS_FILE' });
    }
  });
});

describe('position embeddings of another grid', () => {
  it.each([3, 6] as const)("are timm's for 4 -> %i", (grid) => {
    const given = { dims: [1, 17, 2], data: Float32Array.from(cases.positions[4]) };
    const { data } = resamplePositions(given, grid * grid + 1)!;
    const error = Math.max(...cases.positions[grid].map((value, i) => Math.abs(value - data[i]!)));
    expect(data).toHaveLength(cases.positions[grid].length);
    expect(error).toBeLessThan(1e-6);
  });

  it('are refused when they are no grid behind a class token', () => {
    expect(resamplePositions({ dims: [1, 16, 2], data: new Float32Array(32) }, 10)).toBeNull();
  });
});

/** A whole state dict of formula values for a graph. */
function formulaState(state: ReadonlyMap<string, number[]>): Map<string, TensorValues> {
  return new Map([...state].map(([id, dims]) => [id, { dims, data: formulaTensor(id, dims) }]));
}

describe('weights in a zoo graph', () => {
  const small = buildModel('resnet8', { numClasses: 4, drawn: false });
  const state = formulaState(stateOf(small));

  it('come from safetensors and ONNX files alike', async () => {
    const dense = [...state].map(([id, { dims, data }]): [string, DenseTensor] => [
      id,
      { dtype: 'f32', dims, data: new Uint8Array(data.buffer) },
    ]);
    writeFileSync(join(folder, 'w.safetensors'), writeSafetensors(new Map(dense)));
    const filled = fitWeights(small, state, 'w');
    expect(filled).toMatchObject({ head: 'kept', notes: [] });
    writeFileSync(join(folder, 'w.onnx'), writeModel(filled.model));
    for (const file of ['w.safetensors', 'w.onnx']) {
      const { model } = fitWeights(small, await readWeights(join(folder, file)), file);
      for (const [id, { data }] of state)
        expect(tensorNumbers(readTensor(model.initializer(id)!)), id).toEqual([...data]);
    }
  });

  it('keep a new classifier for another number of classes, and say so', () => {
    const other = buildModel('resnet8', { numClasses: 7, seed: 3 });
    const { model, head, notes } = fitWeights(other, state, 'w');
    expect(head).toBe('new');
    expect(notes).toEqual(['the classifier starts new: the file has 4 classes']);
    expect(model.initializer('fc.weight')).toEqual(other.initializer('fc.weight'));
    expect(tensorNumbers(readTensor(model.initializer('conv1.weight')!))).toEqual([
      ...state.get('conv1.weight')!.data,
    ]);
  });

  it('that are missing, extra or misshapen are listed', () => {
    const broken = new Map(state);
    broken.delete('bn1.weight');
    broken.set('layer9.weight', { dims: [1], data: new Float32Array(1) });
    broken.set('bn1.bias', { dims: [3], data: new Float32Array(3) });
    const attempt = () => fitWeights(small, broken, 'w.pth');
    expect(attempt).toThrow(/1 missing: bn1\.weight/);
    expect(attempt).toThrow(/1 not part of it: layer9\.weight/);
    expect(attempt).toThrow(/bn1\.bias is \[3\], expected \[16\]/);
  });

  it("resample a transformer's positions for another picture size", () => {
    const at = (size: number) => buildModel('vit_tiny_patch16_224', { numClasses: 2, size, drawn: false });
    const given = formulaState(stateOf(at(64)));
    const { model, notes } = fitWeights(at(96), given, 'w');
    expect(notes).toEqual(['resampled pos_embed from 17 to 37 tokens']);
    const values = tensorNumbers(readTensor(model.initializer('pos_embed')!));
    expect(values.slice(0, 192)).toEqual([...given.get('pos_embed')!.data.subarray(0, 192)]);
  });
});
