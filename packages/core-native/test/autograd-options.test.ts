/** What a step may be told beyond its batch: accumulation, mixed precision, checkpointing, stochastic depth. */
import { type ModelOptions, type StepInput, TrainableModel } from '@saker/core-native/autograd';
import type { GraphProgram } from '@saker/spec';
import { describe, expect, it } from 'vitest';
import { product, relativeError, weyl } from './fixtures/numbers.js';
import { mlp, node, tensor } from './fixtures/programs.js';

const f = (name: string, dims: number[], offset: number, scale = 1) =>
  tensor(
    name,
    dims,
    weyl(product(dims), offset).map((v) => v * scale),
  );

/** Six residual blocks of Conv, [normalisation,] Relu, Dropout behind a stem; without normalisation unless asked for. */
function residual(norm = false): GraphProgram {
  const nodes = [node('Conv', ['x', 'stem'], ['h0'], { pads: [1, 1, 1, 1] })];
  const tensors = [f('stem', [4, 3, 3, 3], 1, 0.3), tensor('ratio', [], [0.25])];
  for (let k = 0; k < 6; k++) {
    tensors.push(f(`w${k}`, [4, 4, 3, 3], 100 * (k + 1), 0.2));
    nodes.push(node('Conv', [`h${k}`, `w${k}`], [`c${k}`], { pads: [1, 1, 1, 1] }));
    if (norm) {
      const names = ['s', 'b', 'm', 'v'].map((n) => `${n}${k}`);
      names.forEach((name, i) => {
        tensors.push(
          tensor(
            name,
            [4],
            [0, 1, 2, 3].map((v) => (i === 0 || i === 3 ? 1 + v / 8 : v / 8)),
          ),
        );
      });
      nodes.push(node('BatchNormalization', [`c${k}`, ...names], [`n${k}`]));
    }
    nodes.push(
      node('Relu', [norm ? `n${k}` : `c${k}`], [`r${k}`]),
      node('Dropout', [`r${k}`, 'ratio'], [`d${k}`]),
      node('Add', [`h${k}`, `d${k}`], [`h${k + 1}`]),
    );
  }
  nodes.push(
    node('GlobalAveragePool', ['h6'], ['p']),
    node('Flatten', ['p'], ['f']),
    node('Gemm', ['f', 'fc', 'fcb'], ['logits'], { transB: 1 }),
  );
  tensors.push(f('fc', [5, 4], 3000), f('fcb', [5], 3100));
  const x = { name: 'x', dims: ['N', 3, 8, 8], dtype: 'f32' } as const;
  return { opset: 17, inputs: [x], outputs: ['logits'], nodes, tensors };
}

const pictures = (from: number, count: number): StepInput => ({
  input: weyl(8 * 192).subarray(from * 192, (from + count) * 192),
  shape: [count, 3, 8, 8],
  labels: Int32Array.from({ length: count }, (_, i) => (from + i) % 5),
});

async function trained(
  program: GraphProgram,
  options: ModelOptions,
  run: (m: TrainableModel) => Promise<unknown>,
) {
  const model = TrainableModel.create(program, { threads: 1, ...options });
  const params = model
    .parameters()
    .filter((p) => !p.isBuffer)
    .map((p) => p.name);
  await model.configureOptimizer({ type: 'sgd', momentum: 0.9, groups: [{ params, lr: 0.1 }] });
  await run(model);
  const tensors = await model.readTensors();
  await model.close();
  return tensors;
}

const withoutDropout = (program: GraphProgram): GraphProgram => ({
  ...program,
  tensors: program.tensors.map((t) => (t.name === 'ratio' ? tensor('ratio', [], [0]) : t)),
});

describe('accumulation', () => {
  it('of uneven batches updates as one batch of all pictures does', async () => {
    const program = withoutDropout(residual());
    const whole = await trained(program, {}, async (m) => {
      for (let step = 0; step < 3; step++) await m.trainStep(pictures(0, 8), { clipGradNorm: 0.5 });
    });
    const parts = await trained(program, {}, async (m) => {
      for (let step = 0; step < 3; step++) {
        const first = await m.trainStep(pictures(0, 5), { clipGradNorm: 0.5, update: false });
        expect(first.gradNorm).toBe(0);
        const second = await m.trainStep(pictures(5, 3), { clipGradNorm: 0.5 });
        expect(second.gradNorm).toBeGreaterThan(0);
      }
    });
    for (const [name, tensor] of Object.entries(whole)) {
      expect(relativeError(parts[name]!.data, tensor.data), name).toBeLessThan(1e-5);
    }
  });

  it('leaves weights alone until the update, lets statistics follow each batch', async () => {
    const program = mlp();
    const batch = { input: weyl(16), shape: [4, 4], labels: Int32Array.of(0, 1, 2, 0) };
    const model = TrainableModel.create(program, { threads: 1 });
    const params = ['fc1.weight', 'bn.weight', 'bn.bias', 'fc2.weight', 'fc2.bias'];
    await model.configureOptimizer({ type: 'sgd', groups: [{ params, lr: 0.1 }] });
    const before = await model.readTensors();
    await model.trainStep(batch, { update: false });
    const between = await model.readTensors();
    for (const name of params) expect(between[name], name).toEqual(before[name]);
    expect(between['bn.running_mean']).not.toEqual(before['bn.running_mean']);

    // A batch that diverges drops what was added up, statistics included.
    const bad = { ...batch, input: weyl(16).fill(Number.NaN) };
    await expect(model.trainStep(bad, {})).rejects.toMatchObject({ code: 'E_TRAIN_DIVERGED' });
    expect(await model.readTensors()).toEqual(before);
    await model.trainStep(batch, {});
    const alone = await trained(program, {}, (m) => m.trainStep(batch, {}));
    expect(await model.readTensors()).not.toEqual(before);
    expect(Object.keys(alone).sort()).toEqual(Object.keys(before).sort());
    await model.close();
  });
});

describe('gradient checkpointing', () => {
  it('gives the same bits as keeping everything, with Dropout and batch statistics', async () => {
    const program = residual(true);
    const steps = async (m: TrainableModel) => {
      for (let step = 0; step < 3; step++) await m.trainStep(pictures(0, 8), { seed: 7, step });
    };
    const kept = await trained(program, {}, steps);
    const recomputed = await trained(program, { gradientCheckpointing: true }, steps);
    expect(recomputed).toEqual(kept);
  });
});

describe('stochastic depth', () => {
  const rates = Object.fromEntries([0, 1, 2, 3, 4, 5].map((k) => [`d${k}`, 0.5]));

  it('drops branches by seed and step in training, never in evaluation', async () => {
    const program = withoutDropout(residual());
    const model = TrainableModel.create(program, { threads: 1, stochasticDepth: rates });
    const plain = TrainableModel.create(program, { threads: 1 });
    const { input, shape } = pictures(0, 8);
    const run = (m: TrainableModel, train: boolean, step: number) =>
      m.forward(input, shape, { train, step, outputs: ['logits', 'h6', 'h0'] });
    expect(await run(model, false, 0)).toEqual(await run(plain, false, 0));
    expect(await run(model, true, 1)).toEqual(await run(model, true, 1));
    expect((await run(model, true, 1)).logits).not.toEqual((await run(model, true, 2)).logits);
    await model.close();
    await plain.close();
  });

  it('scales what is kept so that the mean stays, picture by picture', async () => {
    const program: GraphProgram = {
      opset: 17,
      inputs: [{ name: 'x', dims: ['N', 2], dtype: 'f32' }],
      outputs: ['y'],
      nodes: [node('Identity', ['x'], ['branch']), node('Add', ['branch', 'zero'], ['y'])],
      tensors: [tensor('zero', [1], [0])],
    };
    const model = TrainableModel.create(program, { threads: 1, stochasticDepth: { branch: 0.25 } });
    const y = (await model.forward(new Float32Array(4000).fill(3), [2000, 2], { train: true })).y!;
    const rows = Array.from({ length: 2000 }, (_, i) => [y.data[2 * i]!, y.data[2 * i + 1]!] as const);
    for (const [a, b] of rows) expect(a).toBe(b);
    expect(new Set(rows.map(([a]) => a))).toEqual(new Set([0, 4]));
    // 2000 draws of a coin of 0.75: within five standard deviations, 5 sqrt(0.75 0.25 / 2000) = 0.05.
    expect(Math.abs(rows.filter(([a]) => a > 0).length / 2000 - 0.75)).toBeLessThan(0.05);
    await model.close();
  });

  it('refuses names that no node gives and rates outside [0, 1)', () => {
    const create = (stochasticDepth: Record<string, number>) => () =>
      TrainableModel.create(residual(), { stochasticDepth });
    expect(create({ x: 0.1 })).toThrow(expect.objectContaining({ code: 'E_ENGINE_ARGUMENT' }));
    expect(create({ ghost: 0.1 })).toThrow(/ghost/);
    expect(create({ d0: 1 })).toThrow(/rate/);
  });
});

describe('mixed precision', () => {
  it('in bf16 learns as f32 does to bf16 precision, keeps weights in f32', async () => {
    const program = withoutDropout(residual(true));
    const losses = async (options: ModelOptions) => {
      const out: number[] = [];
      await trained(program, options, async (m) => {
        for (let step = 0; step < 6; step++) out.push((await m.trainStep(pictures(0, 8), { step })).loss);
      });
      return out;
    };
    const full = await losses({});
    const narrow = await losses({ amp: 'bf16' });
    // Eight bits of mantissa: 2^-8 a product; four of them in a row cross a block.
    expect(Math.abs(narrow[0]! / full[0]! - 1)).toBeLessThan(2 ** -6);
    expect(narrow[0]).not.toBe(full[0]);
    expect(narrow[5]!).toBeLessThan(narrow[0]!);
  });

  it('in fp16 is refused on the CPU', () => {
    expect(() => TrainableModel.create(residual(), { amp: 'fp16' })).toThrow(/CUDA/);
  });
});
