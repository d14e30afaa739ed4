import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { compilePipeline, Loader } from '@saker/core-native';
import { TrainableModel, torchCapabilities } from '@saker/core-native/autograd';
import { evalPipeline, type GraphProgram } from '@saker/spec';
import { describe, expect, it } from 'vitest';
import { product, weyl } from './fixtures/numbers.js';
import { pictureFolder } from './fixtures/pictures.js';
import { mlp, node, tensor } from './fixtures/programs.js';

const labels = Int32Array.of(0, 1, 2, 2, 1, 0);
const batch = { input: weyl(24), shape: [6, 4], labels };
const ALL = ['fc1.weight', 'bn.weight', 'bn.bias', 'fc2.weight', 'fc2.bias'];
const sgd = (params = ALL, lr = 0.1) => ({ type: 'sgd' as const, groups: [{ params, lr }] });

/** Conv(3 to 4), BatchNormalization, Relu, GlobalAveragePool, Flatten, Gemm(4 to 3) on [N,3,16,16]. */
function convNet(): GraphProgram {
  const shapes: [string, number[]][] = [
    ['conv.weight', [4, 3, 3, 3]],
    ['fc.weight', [3, 4]],
    ['fc.bias', [3]],
  ];
  const tensors = shapes.map(([name, dims], k) => tensor(name, dims, weyl(product(dims), 100 * k)));
  for (const name of ['bn.weight', 'bn.running_var']) tensors.push(tensor(name, [4], [1, 1, 1, 1]));
  for (const name of ['bn.bias', 'bn.running_mean']) tensors.push(tensor(name, [4], [0, 0, 0, 0]));
  const nodes = [
    node('Conv', ['x', 'conv.weight'], ['c'], { pads: [1, 1, 1, 1] }),
    node('BatchNormalization', ['c', 'bn.weight', 'bn.bias', 'bn.running_mean', 'bn.running_var'], ['b']),
    node('Relu', ['b'], ['r']),
    node('GlobalAveragePool', ['r'], ['p']),
    node('Flatten', ['p'], ['features']),
    node('Gemm', ['features', 'fc.weight', 'fc.bias'], ['logits'], { transB: 1 }),
  ];
  return {
    opset: 17,
    inputs: [{ name: 'x', dims: ['N', 3, 16, 16], dtype: 'f32' }],
    outputs: ['logits'],
    nodes,
    tensors,
  };
}

describe('parameters', () => {
  it('lists weights as trainable, running statistics as buffers, and no scalar constants', () => {
    const model = TrainableModel.create(mlp({ dropout: 0.5 }));
    const infos = model.parameters();
    expect(infos.filter((p) => p.trainable).map((p) => p.name)).toEqual(ALL);
    expect(infos.filter((p) => p.isBuffer).map((p) => p.name)).toEqual(['bn.running_mean', 'bn.running_var']);
    expect(infos.find((p) => p.name === 'ratio')).toBeUndefined();
  });

  it('finds weights behind Transpose and Identity, and leaves input normalisation alone', () => {
    const nodes = [
      node('Mul', ['x', 'scale'], ['s']),
      node('Add', ['s', 'shift'], ['n']),
      node('Identity', ['w'], ['w1']),
      node('Transpose', ['w1'], ['w2'], { perm: [1, 0] }),
      node('MatMul', ['n', 'w2'], ['m']),
      node('Add', ['m', 'bias'], ['y']),
    ];
    const tensors = [
      tensor('scale', [1, 4], [1, 2, 3, 4]),
      tensor('shift', [], [0.5]),
      tensor('w', [3, 4], weyl(12)),
      tensor('bias', [3], [0, 0, 0]),
    ];
    const input = { name: 'x', dims: ['N', 4], dtype: 'f32' } as const;
    const model = TrainableModel.create({ opset: 17, inputs: [input], outputs: ['y'], nodes, tensors });
    expect(model.parameters().map((p) => p.name)).toEqual(['w', 'bias']);
  });
});

describe('freezing', () => {
  it('changes only trainable weights and keeps running statistics of frozen BatchNormalization', async () => {
    const model = TrainableModel.create(mlp());
    model.setTrainable(['fc1.weight', 'bn.weight', 'bn.bias'], false);
    await model.configureOptimizer(sgd());
    const before = await model.readTensors();
    await model.trainStep(batch, {});
    const after = await model.readTensors();
    const changed = Object.keys(before).filter((k) =>
      before[k]!.data.some((v, i) => v !== after[k]!.data[i]),
    );
    expect(changed.sort()).toEqual(['fc2.bias', 'fc2.weight']);
    const { gradients } = await model.lossAndGradients(batch);
    expect(Object.keys(gradients).sort()).toEqual(['fc2.bias', 'fc2.weight']);
    model.setTrainable(['bn.weight'], true);
    await model.trainStep(batch, {});
    const thawed = await model.readTensors(['bn.running_mean']);
    expect(thawed['bn.running_mean']!.data).not.toEqual(before['bn.running_mean']!.data);
    await model.close();
  });

  it('refuses unknown names, buffers, and a step without trainable weights', async () => {
    const model = TrainableModel.create(mlp());
    expect(() => model.setTrainable(['nope'], true)).toThrowError(/nope/);
    expect(() => model.setTrainable(['bn.running_mean'], true)).toThrowError(/running statistic/);
    await model.configureOptimizer(sgd());
    model.setTrainable(ALL, false);
    await expect(model.trainStep(batch, {})).rejects.toMatchObject({ code: 'E_TRAIN_NO_PARAMETERS' });
    await model.close();
  });
});

describe('a step', () => {
  it('with a not finite loss is E_TRAIN_DIVERGED and leaves weights, statistics and state as they were', async () => {
    const model = TrainableModel.create(mlp());
    await model.configureOptimizer({ ...sgd(), momentum: 0.9 });
    await model.trainStep(batch, {});
    const before = [await model.readTensors(), await model.optimizerState()];
    const bad = { ...batch, input: batch.input.map((v, i) => (i === 3 ? Number.NaN : v)) };
    await expect(model.trainStep(bad, { step: 7 })).rejects.toMatchObject({
      code: 'E_TRAIN_DIVERGED',
      params: { step: '7' },
    });
    expect([await model.readTensors(), await model.optimizerState()]).toEqual(before);
    await model.close();
  });

  it('leaves masked items out of loss, count, gradients and batch statistics', async () => {
    const few = TrainableModel.create(mlp());
    const masked = TrainableModel.create(mlp());
    for (const model of [few, masked]) await model.configureOptimizer(sgd());
    const keep = [0, 2, 3, 5];
    const rows = keep.flatMap((k) => Array.from(batch.input.subarray(4 * k, 4 * k + 4)));
    const small = {
      input: Float32Array.from(rows),
      shape: [4, 4],
      labels: Int32Array.from(keep, (k) => labels[k]!),
    };
    const mask = Uint8Array.of(1, 0, 1, 1, 0, 1);
    const poisoned = batch.input.map((v, i) => (i >> 2 === 1 || i >> 2 === 4 ? 1e30 : v));
    const a = await few.trainStep(small, {});
    const b = await masked.trainStep({ ...batch, input: poisoned, mask }, {});
    expect(b).toEqual(a);
    expect(await masked.readTensors()).toEqual(await few.readTensors());
    expect(await masked.trainStep({ ...batch, mask: new Uint8Array(6) }, {})).toMatchObject({ count: 0 });
    const evaluated = await masked.evalStep({ ...batch, mask });
    expect([evaluated.count, evaluated.probabilities.length]).toEqual([4, 18]);
    await Promise.all([few.close(), masked.close()]);
  });

  it('refuses wrong shapes, label counts, labels and rates by code', async () => {
    const model = TrainableModel.create(mlp());
    await expect(model.trainStep(batch, {})).rejects.toMatchObject({ code: 'E_ENGINE_ARGUMENT' });
    await model.configureOptimizer(sgd());
    await expect(model.forward(new Float32Array(10), [2, 5])).rejects.toMatchObject({
      code: 'E_MODEL_SHAPE',
    });
    await expect(model.forward(new Float32Array(10), [2, 4])).rejects.toThrowError(/10 values/);
    const wrong = [
      () => model.trainStep({ ...batch, labels: Int32Array.of(0) }, {}),
      () => model.trainStep({ ...batch, labels: Int32Array.of(0, 1, 2, 2, 1, 3) }, {}),
      () => model.trainStep(batch, { lrs: [0.1, 0.1] }),
      () => model.trainStep(batch, { labelSmoothing: 1 }),
      () => model.trainStep({ input: {}, labels }, {}),
      () =>
        model.configureOptimizer({
          type: 'sgd',
          groups: [
            { params: ['fc2.bias'], lr: 1 },
            { params: ['fc2.bias'], lr: 1 },
          ],
        }),
    ];
    for (const step of wrong) await expect(step()).rejects.toMatchObject({ code: 'E_ENGINE_ARGUMENT' });
    const bad = { 'fc2.bias': { dims: [2], data: new Float32Array(2) } };
    await expect(model.writeTensors(bad)).rejects.toMatchObject({ code: 'E_MODEL_TENSORS' });
    await model.close();
  });

  it('draws Dropout masks from seed and step alone, and none in eval mode', async () => {
    const model = TrainableModel.create(mlp({ dropout: 0.5 }));
    const logits = async (train: boolean, seed: number, step: number) =>
      (await model.forward(batch.input, batch.shape, { train, seed, step })).logits!.data;
    const first = await logits(true, 1, 1);
    expect(await logits(true, 1, 1)).toEqual(first);
    expect(await logits(true, 1, 2)).not.toEqual(first);
    expect(await logits(true, 2, 1)).not.toEqual(first);
    expect(await logits(false, 1, 1)).toEqual(await logits(false, 2, 9));
    await model.close();
  });
});

describe('the input batch', () => {
  it('given as Float32Array is adopted without a copy', async () => {
    const model = TrainableModel.create(mlp());
    await model.forward(batch.input, batch.shape);
    const { lastInput, address } = model.debug(batch.input);
    expect(lastInput).toBe(address);
    await model.close();
  });

  it('given as a loader batch is adopted through DLPack, with labels and failed items taken from it', async () => {
    const pictures = pictureFolder(6);
    try {
      const spec = evalPipeline({ size: 16, mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] });
      const samples = [...pictures.files.slice(0, 5), '/nowhere/at/all.png'].map((path, k) => ({
        path,
        label: k % 3,
      }));
      for (const layout of ['NCHW', 'NHWC'] as const) {
        const pipeline = compilePipeline({ ...spec, output: { ...spec.output, layout } });
        const loader = new Loader({ pipeline, samples, batchSize: 6 });
        const model = TrainableModel.create(convNet());
        const reference = TrainableModel.create(convNet());
        for (const m of [model, reference]) {
          await m.configureOptimizer(sgd(['conv.weight', 'bn.weight', 'bn.bias', 'fc.weight', 'fc.bias']));
        }
        for await (const loaded of loader.epoch(0)) {
          const copy = {
            input: Float32Array.from(loaded.data),
            shape: loaded.shape,
            layout,
            labels: loaded.labels,
          };
          const { address } = model.debug(loaded.data as Float32Array);
          const result = await model.trainStep({ input: loaded }, {});
          expect(model.debug().lastInput).toBe(address);
          expect(result.count).toBe(5);
          expect(await reference.trainStep({ ...copy, mask: Uint8Array.of(1, 1, 1, 1, 1, 0) }, {})).toEqual(
            result,
          );
          loaded.release();
        }
        expect(await model.readTensors()).toEqual(await reference.readTensors());
        await Promise.all([model.close(), reference.close()]);
        loader.close();
      }
    } finally {
      pictures.remove();
    }
  });
});

describe('threads and life', () => {
  it('queues concurrent calls in order', async () => {
    const one = TrainableModel.create(mlp());
    const two = TrainableModel.create(mlp());
    await Promise.all([one.configureOptimizer(sgd()), two.configureOptimizer(sgd())]);
    const together = await Promise.all([0, 1, 2, 3].map((step) => one.trainStep(batch, { step })));
    const apart = [];
    for (const step of [0, 1, 2, 3]) apart.push(await two.trainStep(batch, { step }));
    expect(together).toEqual(apart);
    await Promise.all([one.close(), two.close()]);
  });

  it('closes while busy: the running call ends, queued and later ones get E_CLOSED', async () => {
    const model = TrainableModel.create(mlp());
    await model.configureOptimizer(sgd());
    const calls = Array.from({ length: 200 }, (_, step) => model.trainStep(batch, { step }));
    const closed = model.close();
    const results = await Promise.allSettled(calls);
    await closed;
    const refused = results.filter((r) => r.status === 'rejected');
    expect(refused.length).toBeGreaterThan(0);
    for (const r of refused) expect(r.reason).toMatchObject({ code: 'E_CLOSED' });
    await expect(model.forward(batch.input, batch.shape)).rejects.toMatchObject({ code: 'E_CLOSED' });
    await model.close();
  });

  it('works in worker threads, also when they are terminated while busy', async () => {
    const file = fileURLToPath(new URL('./fixtures/autograd-worker.mjs', import.meta.url));
    const run = [0, 1].map(() => new Worker(file, { workerData: { program: mlp(), mode: 'run' } }));
    const [[a], [b]] = await Promise.all(run.map((w) => once(w, 'message')));
    expect(a).toEqual(b);
    for (let i = 0; i < 3; i++) {
      const worker = new Worker(file, { workerData: { program: mlp(), mode: 'busy' } });
      await once(worker, 'message');
      await worker.terminate();
    }
  });

  it('evaluates only what the asked outputs need', async () => {
    const model = TrainableModel.create(convNet());
    const out = await model.forward(weyl(768), [1, 3, 16, 16], { outputs: ['features'] });
    expect(Object.keys(out)).toEqual(['features']);
    expect(out.features!.dims).toEqual([1, 4]);
    await expect(model.forward(weyl(768), [1, 3, 16, 16], { outputs: ['nope'] })).rejects.toMatchObject({
      code: 'E_ENGINE_ARGUMENT',
    });
    await model.close();
  });
});

describe('loading', () => {
  it('tells what libtorch is there', () => {
    const torch = torchCapabilities();
    expect(torch).toMatchObject({ available: true, version: expect.stringMatching(/^\d+\.\d+/) });
    expect(torch.threads).toBeGreaterThan(0);
  });

  it('of the package entry or of this entry maps no libtorch before the first call', () => {
    const script = `
      await import('@saker/core-native'); await import('@saker/core-native/autograd');
      const { readFileSync } = await import('node:fs');
      process.stdout.write(String(readFileSync('/proc/self/maps', 'utf8').includes('libtorch')));`;
    const out = execFileSync(process.execPath, ['--input-type=module', '-e', script], {
      cwd: import.meta.dirname,
    });
    expect(out.toString()).toBe('false');
  });
});
