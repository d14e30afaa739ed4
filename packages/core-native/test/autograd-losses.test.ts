import { readFileSync } from 'node:fs';
import { type LossConfig, type TeacherConfig, TrainableModel } from '@saker/core-native/autograd';
import type { GraphProgram } from '@saker/spec';
import { describe, expect, it } from 'vitest';
import { product, relativeError, weyl } from './fixtures/numbers.js';
import { node, tensor } from './fixtures/programs.js';

interface Case {
  readonly case: {
    readonly width: number;
    readonly loss: LossConfig;
    readonly labels?: readonly number[];
    readonly targets?: readonly (readonly number[])[];
    readonly labelSmoothing?: number;
    readonly teacher?: TeacherConfig;
  };
  readonly loss: number;
  readonly gradients: Record<string, readonly number[]>;
}

const cases = JSON.parse(readFileSync(new URL('./fixtures/losses.json', import.meta.url), 'utf8')) as Record<
  string,
  Case
>;

/** What f32 sums of a few dozen terms leave of PyTorch's f64; the gradients here are far from cancelling. */
const TOLERANCE = 1e-5;
const N = 6;
const pixels = { input: weyl(N * 12), shape: [N, 3, 2, 2] };

function network(side: number, hidden: number, width: number, at: number, gain: number): GraphProgram {
  const scaled = (dims: number[], offset: number, factor: number) =>
    weyl(product(dims), offset).map((v) => v * factor);
  const d = 3 * side * side;
  const bias = at === 1000;
  return {
    opset: 17,
    inputs: [{ name: 'x', dims: ['N', 3, side, side], dtype: 'f32' }],
    outputs: ['logits'],
    nodes: [
      node('Flatten', ['x'], ['flat']),
      node('Gemm', ['flat', 'w1'], ['h'], { transB: 1 }),
      node('Relu', ['h'], ['features']),
      node('Gemm', bias ? ['features', 'w2', 'b2'] : ['features', 'w2'], ['z'], { transB: 1 }),
      ...(at === 7000 ? [node('Softmax', ['z'], ['logits'])] : [node('Identity', ['z'], ['logits'])]),
    ],
    tensors: [
      tensor('w1', [hidden, d], scaled([hidden, d], bias ? 1000 : 4000, gain)),
      tensor('w2', [width, hidden], weyl(width * hidden, bias ? 2000 : 5000)),
      ...(bias ? [tensor('b2', [width], weyl(width, 3000))] : []),
    ],
  };
}

async function student(width: number, loss?: LossConfig): Promise<TrainableModel> {
  const model = TrainableModel.create(network(2, 5, width, 1000, 1));
  if (loss) await model.configureLoss(loss);
  return model;
}

describe('losses and gradients are those of PyTorch', () => {
  for (const [name, { case: c, loss, gradients }] of Object.entries(cases))
    it(name, async () => {
      const model = await student(c.width, c.loss);
      if (c.teacher) {
        const program = network(3, 7, c.width, c.teacher.probabilities ? 7000 : 4000, 0.2);
        await model.configureTeacher(program, {
          ...c.teacher,
          studentFeature: 'features',
          teacherFeature: 'features',
        });
      }
      const step = {
        ...pixels,
        ...(c.labels && { labels: Int32Array.from(c.labels) }),
        ...(c.targets && { targets: Float32Array.from(c.targets.flat()) }),
      };
      const options = c.labelSmoothing === undefined ? {} : { labelSmoothing: c.labelSmoothing };
      const got = await model.lossAndGradients(step, options);
      expect(Math.abs(got.loss - loss) / Math.abs(loss)).toBeLessThan(TOLERANCE);
      for (const [weight, expected] of Object.entries(gradients))
        expect(relativeError(got.gradients[weight]!.data, expected), weight).toBeLessThan(TOLERANCE);
      await model.close();
    });
});

describe('a sigmoid loss', () => {
  it('gives sigmoids as probabilities and counts a picture when every class is right', async () => {
    const model = await student(3, { type: 'bce' });
    const { probabilities } = await model.evalStep({ ...pixels, targets: new Float32Array(18) });
    const { logits } = await model.forward(pixels.input, pixels.shape, { outputs: ['logits'] });
    const sigmoids = logits!.data.map((z) => 1 / (1 + Math.exp(-z)));
    expect(relativeError(probabilities, sigmoids)).toBeLessThan(1e-6);
    const right = sigmoids.map((p) => Number(p > 0.5));
    const { correct } = await model.evalStep({ ...pixels, targets: right });
    expect(correct).toBe(N);
    right[4] = 1 - right[4]!;
    expect((await model.evalStep({ ...pixels, targets: right })).correct).toBe(N - 1);
    await model.close();
  });

  it('stays finite for logits that are sure, on either side', async () => {
    for (const type of ['bce', 'focal', 'asymmetric'] as const) {
      const model = await student(3, { type, activation: 'sigmoid', gamma: 0.5 });
      const far = { ...pixels, input: pixels.input.map((v) => v * 1e4) };
      for (const fill of [0, 1]) {
        const { loss, gradients } = await model.lossAndGradients({
          ...far,
          targets: new Float32Array(18).fill(fill),
        });
        expect(Number.isFinite(loss), type).toBe(true);
        for (const { data } of Object.values(gradients)) expect(data.every(Number.isFinite), type).toBe(true);
      }
      await model.close();
    }
  });
});

describe('what does not fit is refused', () => {
  const refused = (promise: Promise<unknown>, text: RegExp) =>
    expect(promise).rejects.toMatchObject({
      code: 'E_ENGINE_ARGUMENT',
      message: expect.stringMatching(text),
    });

  it('names the loss, its activation and the number that is out of range', async () => {
    const model = await student(3);
    await refused(model.configureLoss({ type: 'hinge' as never }), /hinge/);
    await refused(model.configureLoss({ type: 'bce', activation: 'softmax' }), /sigmoid/);
    await refused(model.configureLoss({ type: 'focal', gamma: -1 }), /gamma/);
    await refused(model.configureLoss({ type: 'asymmetric', clip: 1 }), /clip/);
    await refused(model.configureTeacher(network(2, 7, 3, 4000, 1), { temperature: 0 }), /temperature/);
    await refused(model.configureTeacher(network(2, 7, 3, 4000, 1), { featureWeight: 1 }), /studentFeature/);
    await model.close();
  });

  it('weights, targets and a teacher of another number of classes, and targets above 1', async () => {
    const model = await student(3, { type: 'bce', weights: [1, 2] });
    const ones = new Float32Array(18).fill(1);
    await refused(model.lossAndGradients({ ...pixels, targets: ones }), /3 class weights, received 2/);
    await model.configureLoss({ type: 'bce' });
    await refused(model.lossAndGradients({ ...pixels, targets: new Float32Array(12) }), /2 classes/);
    await refused(model.lossAndGradients({ ...pixels, targets: ones.map(() => 1.5) }), /above 1/);
    await model.configureTeacher(network(2, 7, 4, 4000, 1), {});
    await refused(model.lossAndGradients({ ...pixels, targets: ones }), /teacher of 4 classes/);
    await model.close();
    const binary = await student(1, { type: 'bce' });
    await refused(binary.lossAndGradients({ ...pixels, labels: Int32Array.of(0, 1, 2, 0, 1, 0) }), /outside/);
    await binary.close();
  });

  it('a teacher with an op that the engine lacks, by its name', async () => {
    const model = await student(3);
    const program = network(2, 7, 3, 4000, 1);
    const odd = { ...program, nodes: [...program.nodes, node('NoSuchOp', ['logits'], ['more'])] };
    await expect(model.configureTeacher(odd, {})).rejects.toMatchObject({
      code: 'E_OP_UNSUPPORTED',
      params: { op: 'NoSuchOp' },
    });
    await model.close();
  });
});
