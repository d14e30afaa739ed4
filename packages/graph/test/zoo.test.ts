import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import {
  buildModel,
  type OnnxModel,
  parameterNames,
  putTensors,
  stateOf,
  type TensorValues,
  writeModel,
  ZOO,
  zooEntry,
} from '@saker/graph';
import { SakerError } from '@saker/spec';
import { describe, expect, it } from 'vitest';
import { formulaTensor } from './helpers/formula.js';
import { ramp, relativeError, runOnnx } from './helpers/run.js';

interface ParityCase {
  readonly reference: 'torchvision' | 'timm';
  readonly size: number;
  readonly count1000: number;
  /** Tensors with at least one dimension, and a digest of their names and shapes. */
  readonly tensors: number;
  readonly digest: string;
  readonly output: number[][];
}

/** Made by fixtures/make_zoo_parity.py. */
const fixture = new URL('fixtures/zoo-parity.json', import.meta.url);
const parity: { source: string; models: Record<string, ParityCase> } = JSON.parse(
  readFileSync(fixture, 'utf8'),
);
/** Those parameters only; the counts of 1000 classes come from built zeros, which cost little. */
const countOf = (model: OnnxModel) =>
  parameterNames(model)
    .map((id) => model.initializer(id)!.dims.reduce((a, b) => a * Number(b), 1))
    .reduce((a, b) => a + b, 0);

describe('zoo models have a twin in torchvision or timm', () => {
  it('covers every model that names a reference', () => {
    const named = ZOO.filter((name) => zooEntry(name).reference !== null);
    expect(Object.keys(parity.models).sort()).toEqual([...named].sort());
  });

  for (const [name, wanted] of Object.entries(parity.models)) {
    it(`${name} has the parameters and tensors of ${wanted.reference}, and its output for the same weights`, async () => {
      expect(zooEntry(name).reference).toBe(wanted.reference);
      expect(countOf(buildModel(name, { numClasses: 1000, drawn: false }))).toBe(wanted.count1000);

      const model = buildModel(name, { numClasses: 10, size: wanted.size, drawn: false });
      const own = [...stateOf(model)];
      const listing = own.map(([id, dims]) => `${id} ${dims.join('x')}`).sort();
      expect(listing).toHaveLength(wanted.tensors);
      expect(createHash('sha256').update(listing.join('\n')).digest('hex'), listing.join('\n')).toBe(
        wanted.digest,
      );

      const tensors: Record<string, TensorValues> = {};
      for (const [id, dims] of own) tensors[id] = { dims, data: formulaTensor(id, dims) };
      const filled = putTensors(model, tensors);
      const dims = [2, 3, wanted.size, wanted.size];
      const output = await runOnnx(writeModel(filled), dims, formulaTensor('input', dims));
      const error = relativeError(output.data, wanted.output.flat());
      console.info(
        `${name}: worst difference from ${wanted.reference}: ${error.toExponential(1)} of the largest output`,
      );
      expect(output.dims).toEqual([2, 10]);
      expect(error).toBeLessThan(1e-4);
    }, 120_000);
  }
});

/** Models of so many weights that drawing them would take most of the test's time; they run with zeros. */
const LARGE = ['vgg16_bn', 'vit_base_patch16_224'];

describe('buildModel', () => {
  for (const name of ZOO) {
    it(`${name} runs in ONNX Runtime with grey pictures, any batch and another size`, async () => {
      const { minSize, step } = zooEntry(name);
      const size = Math.max(minSize, Math.ceil(36 / step) * step);
      const drawn = !LARGE.includes(name);
      const model = buildModel(name, { numClasses: 3, size, inChannels: 1, seed: 5, drawn });
      const { dims, data } = await runOnnx(writeModel(model), [3, 1, size, size], ramp(3 * size * size));
      expect(dims).toEqual([3, 3]);
      expect([...data].every(Number.isFinite)).toBe(true);
    }, 120_000);
  }

  it('gives equal bytes for equal seeds and other weights for another seed', () => {
    const bytes = (seed: number) => writeModel(buildModel('resnet8', { numClasses: 4, seed }));
    expect(Buffer.compare(bytes(1), bytes(1))).toBe(0);
    expect(Buffer.compare(bytes(1), bytes(2))).not.toBe(0);
  });

  it("draws convolution weights with kaiming_normal's fan-out deviation and batch norms as 1 and 0", () => {
    const model = buildModel('resnet18', { numClasses: 2, seed: 11 });
    const values = (id: string) => {
      const raw = model.initializer(id)!.rawData;
      return new Float32Array(new Uint8Array(raw).buffer);
    };
    const weight = values('layer4.1.conv2.weight');
    const mean = weight.reduce((a, b) => a + b, 0) / weight.length;
    const std = Math.sqrt(weight.reduce((a, b) => a + (b - mean) ** 2, 0) / weight.length);
    const expected = Math.sqrt(2 / (512 * 9));
    expect(Math.abs(std / expected - 1)).toBeLessThan(0.01);
    expect(Math.abs(mean)).toBeLessThan(expected / 100);
    expect(new Set(values('bn1.weight'))).toEqual(new Set([1]));
    expect(new Set(values('bn1.running_mean'))).toEqual(new Set([0]));
    const bound = Math.fround(1 / Math.sqrt(512));
    expect(Math.max(...values('fc.weight').map(Math.abs))).toBeLessThanOrEqual(bound);
  });

  it('refuses an unknown name and suggests the nearest', () => {
    const attempt = () => buildModel('ResNet-81', { numClasses: 2 });
    expect(attempt).toThrow(SakerError);
    expect(attempt).toThrow(/the nearest is resnet/);
    expect(() => buildModel('constructor', { numClasses: 2 })).toThrow(SakerError);
  });

  it.each([
    ['numClasses', { numClasses: 0 }],
    ['numClasses', { numClasses: 2.5 }],
    ['size', { numClasses: 2, size: 7 }],
    ['size', { numClasses: 2, size: Number.NaN }],
    ['inChannels', { numClasses: 2, inChannels: 4 }],
    ['seed', { numClasses: 2, seed: -1 }],
  ])('refuses a bad %s', (field, options) => {
    expect(() => buildModel('resnet8', options)).toThrow(new RegExp(`for ${field}, received`));
  });

  it('refuses a size that its patches do not divide', () => {
    expect(() => buildModel('vit_tiny_patch16_224', { numClasses: 2, size: 230 })).toThrow(
      /a multiple of 16/,
    );
    expect(() => buildModel('mobilevit_s', { numClasses: 2, size: 224 })).toThrow(/a multiple of 64/);
  });
});
