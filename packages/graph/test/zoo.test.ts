import { readFileSync } from 'node:fs';
import { buildModel, parameterNames, putTensors, type TensorValues, writeModel, ZOO } from '@saker/graph';
import { SakerError } from '@saker/spec';
import { describe, expect, it } from 'vitest';
import { formulaTensor } from './helpers/formula.js';
import { ramp, relativeError, runOnnx } from './helpers/run.js';

interface ParityCase {
  readonly size: number;
  readonly count1000: number;
  readonly tensors: Readonly<Record<string, number[]>>;
  readonly output: number[][];
}

const fixture = new URL('fixtures/torchvision-parity.json', import.meta.url);
const parity: { source: string; models: Record<string, ParityCase> } = JSON.parse(
  readFileSync(fixture, 'utf8'),
);

describe('zoo models that torchvision has too', () => {
  for (const [name, wanted] of Object.entries(parity.models)) {
    it(`${name} has torchvision's number of parameters`, () => {
      const model = buildModel(name, { numClasses: 1000 });
      const count = parameterNames(model)
        .map((id) => model.initializer(id)!.dims.reduce((a, b) => a * Number(b), 1))
        .reduce((a, b) => a + b, 0);
      expect(count).toBe(wanted.count1000);
    });

    it(`${name} has torchvision's tensor names and shapes, and its output for the same weights`, async () => {
      const model = buildModel(name, { numClasses: 10, size: wanted.size });
      const own = model.graph.initializer.filter((tensor) => tensor.dims.length > 0);
      expect(Object.fromEntries(own.map((t) => [t.name, t.dims.map(Number)]))).toEqual(wanted.tensors);

      const tensors: Record<string, TensorValues> = {};
      for (const [id, dims] of Object.entries(wanted.tensors))
        tensors[id] = { dims, data: formulaTensor(id, dims) };
      const filled = putTensors(model, tensors, { required: own.map((tensor) => tensor.name) });
      const dims = [2, 3, wanted.size, wanted.size];
      const output = await runOnnx(writeModel(filled), dims, formulaTensor('input', dims));
      const error = relativeError(output.data, wanted.output.flat());
      console.info(
        `${name}: worst difference from ${parity.source}: ${error.toExponential(1)} of the largest output`,
      );
      expect(output.dims).toEqual([2, 10]);
      expect(error).toBeLessThan(1e-4);
    });
  }
});

describe('buildModel', () => {
  for (const name of ZOO) {
    it(`${name} runs in ONNX Runtime with grey pictures, any batch and another size`, async () => {
      const model = buildModel(name, { numClasses: 3, size: 36, inChannels: 1, seed: 5 });
      const { dims, data } = await runOnnx(writeModel(model), [3, 1, 36, 36], ramp(3 * 36 * 36));
      expect(dims).toEqual([3, 3]);
      expect([...data].every(Number.isFinite)).toBe(true);
    });
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
    ['numClasses', { numClasses: 1 }],
    ['numClasses', { numClasses: 2.5 }],
    ['size', { numClasses: 2, size: 7 }],
    ['size', { numClasses: 2, size: Number.NaN }],
    ['inChannels', { numClasses: 2, inChannels: 4 }],
    ['seed', { numClasses: 2, seed: -1 }],
  ])('refuses a bad %s', (field, options) => {
    expect(() => buildModel('resnet8', options)).toThrow(new RegExp(`for ${field}, received`));
  });
});
