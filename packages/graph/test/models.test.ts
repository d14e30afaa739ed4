/** The real models beside the checkout: nothing lost in a round trip, outputs as recorded, heads exchanged. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import {
  findClassifier,
  inferShapes,
  inputSpec,
  parameterNames,
  readModel,
  replaceHead,
  toProgram,
  writeModel,
} from '@saker/graph';
import { describe, expect, it } from 'vitest';
import { sharedDir } from '../../../test/fixtures/shared.js';
import { readNpy } from './helpers/npy.js';
import { ramp, relativeError, runOnnx } from './helpers/run.js';

const shared = sharedDir();
const folder = shared && path.join(shared, 'data/models');
const names = folder ? readdirSync(folder).filter((name) => name.endsWith('.onnx')) : [];
if (!folder)
  console.info('skipped: the tests on real models, ../shared/data/models is not beside the checkout');

// vitest wants a test in every file, and the skip belongs into the count.
it.skipIf(!folder)('finds the real models beside the checkout', () => {
  expect(names.length).toBeGreaterThan(0);
});

/** What each file's classifier is; a new file is checked by everything else here. */
const HEADS: Readonly<Record<string, readonly [string, number, number | null]>> = {
  'mobilenetv1_0.25_128.onnx': ['gemm', 256, 1000],
  'mobilenetv1_0.5_160.onnx': ['gemm', 512, 1000],
  'mobilenetv2_1.0_224.onnx': ['gemm', 1280, 1000],
  'resnet18_trunk_layer3_224.onnx': ['none', 256, null],
  'resnet20_cifar10.onnx': ['gemm', 64, 10],
  'resnet56_cifar10.onnx': ['gemm', 64, 10],
  'squeezenet1.0_227_rgb.onnx': ['conv', 512, 1000],
  'vit_mnist_28.onnx': ['gemm', 128, 10],
};

describe.skipIf(!folder).each(names)('%s', (name) => {
  const file = path.join(folder ?? '', name);
  const stem = name.slice(0, -'.onnx'.length);

  it('is written back byte for byte', () => {
    const bytes = readFileSync(file);
    const once = writeModel(readModel(bytes));
    expect(Buffer.compare(once, bytes)).toBe(0);
    expect(Buffer.compare(writeModel(readModel(once)), once)).toBe(0);
  });

  it('gives the recorded outputs in ONNX Runtime after a round trip', async () => {
    const golden = path.join(shared!, 'golden/models', stem);
    const input = readNpy(`${golden}.input.npy`);
    const expected = readNpy(`${golden}.output.npy`);
    const output = await runOnnx(writeModel(readModel(file)), input.dims, input.data);
    const error = relativeError(output.data, expected.data);
    console.info(
      `${name}: worst difference from the recorded output ${error.toExponential(1)} of the largest`,
    );
    expect(output.dims).toEqual(expected.dims);
    expect(error).toBeLessThan(1e-4);
  });

  it('has shapes for every value, with the batch symbol kept', () => {
    const model = readModel(file);
    const shapes = inferShapes(model);
    for (const node of model.nodes) {
      const dims = shapes.get(node.output[0]!)?.dims;
      expect(dims?.includes(null), node.name).toBe(false);
    }
    expect(shapes.get(model.outputs[0]!.name)?.dims?.[0]).toBe('N');
  });

  it('has the classifier that its architecture has', () => {
    const classifier = findClassifier(readModel(file));
    const wanted = HEADS[name];
    if (wanted) expect([classifier.kind, classifier.width, classifier.numClasses]).toEqual(wanted);
  });

  it('runs in ONNX Runtime with a new head, and the given model stays as it was', async () => {
    const model = readModel(file);
    const before = writeModel(model);
    const replaced = replaceHead(model, { numClasses: 7, seed: 3 });
    const { channels, height, width } = inputSpec(replaced.model);
    const dims = [2, channels, height!, width!];
    const bytes = writeModel(replaced.model);
    const output = await runOnnx(bytes, dims, ramp(dims.reduce((a, b) => a * b, 1)));
    expect(replaced.model.outputs.map((value) => value.name)).toEqual(['logits']);
    expect(output.dims).toEqual([2, 7]);
    expect([...output.data].every(Number.isFinite)).toBe(true);
    expect(Buffer.compare(writeModel(model), before)).toBe(0);
    expect(replaced.stages.slice(-2)).toEqual([...replaced.headParameters]);
    expect(Buffer.compare(writeModel(replaceHead(model, { numClasses: 7, seed: 3 }).model), bytes)).toBe(0);
  });

  it('becomes a program whose nodes read only inputs, tensors and earlier outputs', () => {
    const model = readModel(file);
    const program = toProgram(model);
    const known = new Set([...program.inputs.map((i) => i.name), ...program.tensors.map((t) => t.name), '']);
    for (const node of program.nodes) {
      expect(node.inputs.filter((input) => !known.has(input))).toEqual([]);
      for (const output of node.outputs) known.add(output);
    }
    expect(new Set(program.nodes.map((node) => node.name)).size).toBe(program.nodes.length);
    const tensors = new Set(program.tensors.map((tensor) => tensor.name));
    expect(parameterNames(model).filter((parameter) => !tensors.has(parameter))).toEqual([]);
  });
});
