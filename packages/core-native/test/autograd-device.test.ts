/** The device of a model. What a step computes on a device that is not the CPU is tested in C++, device_test.cc. */
import { capabilities, compilePipeline, Loader } from '@saker/core-native';
import { type Device, TrainableModel, torchCapabilities } from '@saker/core-native/autograd';
import { SakerError } from '@saker/spec';
import { describe, expect, it } from 'vitest';
import { mlp } from './fixtures/programs.js';

const torch = torchCapabilities();

function refusal(device: string): SakerError {
  try {
    TrainableModel.create(mlp(), { device: device as Device });
  } catch (thrown) {
    return SakerError.from(thrown);
  }
  throw new Error(`${device} was taken`);
}

describe('device', () => {
  it('is named as torch names it', () => {
    for (const name of ['gpu', 'cuda:', 'cuda:-1', 'privateuseone:0'])
      expect(refusal(name)).toMatchObject({
        code: 'E_ENGINE_ARGUMENT',
        message: expect.stringContaining(`device '${name}'; expected cpu, cuda or cuda:N`),
      });
  });

  it.skipIf(torch.cudaBuilt)('cuda is refused by a libtorch without CUDA, with what to do', () => {
    const error = refusal('cuda');
    expect(error).toMatchObject({ code: 'E_CUDA_NOT_BUILT', hint: expect.stringContaining('LIBTORCH') });
  });

  it.skipIf(!torch.cudaBuilt)('a CUDA device that is not there is refused', () => {
    expect(refusal('cuda:99')).toMatchObject({
      code: 'E_CUDA_NO_DEVICE',
      message: expect.stringContaining('cuda:99'),
    });
  });

  // Needs a GPU, and both addons built for it.
  it.skipIf(!torch.cudaAvailable)('a step on CUDA gives the loss of the CPU', async () => {
    const step = {
      input: Float32Array.from({ length: 8 }, (_, i) => i / 8),
      shape: [2, 4],
      labels: Int32Array.of(0, 1),
    };
    const losses: number[] = [];
    for (const device of ['cpu', 'cuda'] as const) {
      const model = TrainableModel.create(mlp(), { device });
      losses.push((await model.lossAndGradients(step)).loss);
      await model.close();
    }
    expect(losses[1]).toBeCloseTo(losses[0] as number, 5);
  });

  it.skipIf(!torch.cudaAvailable || !capabilities().cuda.available)(
    'a batch of the CUDA loader on another device than the model is refused',
    async () => {
      const pipeline = compilePipeline({ version: 1, ops: [{ op: 'Resize', size: [2, 2] }] } as never);
      const loader = new Loader({ pipeline, samples: [], batchSize: 1, device: 'cuda' });
      const model = TrainableModel.create(mlp());
      for await (const batch of loader.epoch(0))
        await expect(model.evalStep({ input: batch })).rejects.toMatchObject({ code: 'E_DEVICE_MISMATCH' });
      await model.close();
      await loader.close();
    },
  );
});
