import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { TrainableModel } from '@saker/core-native/autograd';
import { readModel, toProgram } from '@saker/graph';
import { describe, expect, it } from 'vitest';
import { readNpy } from './fixtures/npy.js';
import { product, relativeError, weyl } from './fixtures/numbers.js';
import { sharedDir } from './fixtures/shared.js';
import { summaryError, type TensorSummary } from './fixtures/tensor-summary.js';

const shared = sharedDir();
const MODELS = [
  'mobilenetv1_0.25_128',
  'mobilenetv1_0.5_160',
  'mobilenetv2_1.0_224',
  'resnet18_trunk_layer3_224',
  'resnet20_cifar10',
  'resnet56_cifar10',
  'squeezenet1.0_227_rgb',
  'vit_mnist_28',
];
const TOLERANCE = 1e-4;

async function load(name: string, channelsLast: boolean): Promise<TrainableModel> {
  const model = await readModel(join(shared!, 'data/models', `${name}.onnx`));
  return TrainableModel.create(toProgram(model), { threads: 2, channelsLast });
}

if (!shared) process.stdout.write('autograd golden tests skipped: no folder `shared` beside the checkout\n');

describe.skipIf(!shared)('libtorch forward', () => {
  it.each(MODELS)(
    'of %s equals the ONNX Runtime reference to 1e-4 in both memory layouts',
    async (name) => {
      const input = readNpy(join(shared!, 'golden/models', `${name}.input.npy`));
      const expected = readNpy(join(shared!, 'golden/models', `${name}.output.npy`));
      for (const channelsLast of [true, false]) {
        const model = await load(name, channelsLast);
        const output = Object.values(await model.forward(input.data, input.dims))[0]!;
        const error = relativeError(output.data, expected.data);
        process.stdout.write(
          `forward ${name} channels-last ${channelsLast}: ${error.toExponential(2)} relative\n`,
        );
        expect(output.dims).toEqual(expected.dims);
        expect(error).toBeLessThan(TOLERANCE);
        await model.close();
      }
    },
    60_000,
  );
});

interface Expected {
  readonly model: string;
  readonly shape: number[];
  readonly offset: number;
  readonly mode: 'train' | 'eval';
  readonly labelSmoothing: number;
  readonly labels: number[];
  readonly loss: number;
  readonly gradients: Record<string, TensorSummary>;
}

describe.skipIf(!shared)('loss and gradients', () => {
  const cases = [
    'mobilenetv2_1.0_224.eval',
    'resnet20_cifar10.eval',
    'resnet20_cifar10.train',
    'vit_mnist_28.eval',
  ];
  it.each(cases)(
    'of %s equal PyTorch to 1e-4',
    async (name) => {
      const file = new URL(`./fixtures/gradients/${name}.json`, import.meta.url);
      const expected = JSON.parse(readFileSync(file, 'utf8')) as Expected;
      for (const channelsLast of [true, false]) {
        const model = await load(expected.model, channelsLast);
        const { loss, gradients } = await model.lossAndGradients(
          {
            input: weyl(product(expected.shape), expected.offset),
            shape: expected.shape,
            labels: Int32Array.from(expected.labels),
          },
          { train: expected.mode === 'train', labelSmoothing: expected.labelSmoothing },
        );
        const worst = summaryError(gradients, expected.gradients);
        const lossError = Math.abs(loss - expected.loss) / expected.loss;
        process.stdout.write(
          `gradients ${name} channels-last ${channelsLast}: loss ${lossError.toExponential(2)}, ` +
            `worst ${worst.error.toExponential(2)} at ${worst.name}\n`,
        );
        expect(Object.keys(gradients).sort()).toEqual(Object.keys(expected.gradients).sort());
        expect(lossError).toBeLessThan(TOLERANCE);
        expect(worst.error).toBeLessThan(TOLERANCE);
        await model.close();
      }
    },
    60_000,
  );
});
