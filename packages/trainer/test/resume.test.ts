import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parameterNames, readModel, readSafetensors, readTensor } from '@saker/graph';
import { type Callback, type FitOptions, fit, resumeConfig, type TrainEvent } from '@saker/trainer';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeShapes } from './pictures.js';

let root: string;
let data: string;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'saker-resume-'));
  data = join(root, 'shapes');
  await writeShapes(data, 20);
});
afterAll(() => rm(root, { recursive: true, force: true }));

const base = () => ({ model: 'small_cnn', data, batchSize: 8, size: 32, seed: 3, threads: 1, epochs: 3 });

function weightsOf(file: string): Record<string, Buffer> {
  const graph = readModel(file);
  const names = parameterNames(graph);
  return Object.fromEntries(names.map((name) => [name, Buffer.from(readTensor(graph.constant(name)!).data)]));
}

/** Every byte of a run's last state but for its times and rates. */
async function stateOf(run: string) {
  const { tensors, metadata } = readSafetensors(await readFile(join(run, 'last.safetensors')), run);
  const state = JSON.parse(metadata.saker!);
  const timeless = JSON.parse(
    JSON.stringify(state, (key, value) =>
      ['seconds', 'imagesPerSecond', 'loaderWait', 'out'].includes(key) ? undefined : value,
    ),
  );
  return {
    timeless,
    tensors: new Map(
      [...tensors].map(([name, t]) => [name, createHash('sha1').update(t.data).digest('hex')]),
    ),
  };
}

/** Aborts a run behind the n-th event of a kind. */
function breaker(type: TrainEvent['type'], count: number): FitOptions {
  const abort = new AbortController();
  let seen = 0;
  return {
    signal: abort.signal,
    onEvent: (event) => {
      if (event.type === type && ++seen === count) abort.abort();
    },
  };
}

async function expectSame(out: string, whole: string): Promise<void> {
  expect(weightsOf(out)).toEqual(weightsOf(whole));
  const [a, b] = [await stateOf(out.replace('.onnx', '.run')), await stateOf(whole.replace('.onnx', '.run'))];
  expect(a.timeless).toEqual(b.timeless);
  expect(a.tensors).toEqual(b.tensors);
}

describe('a resumed run', () => {
  it.each([
    ['scratch with momentum, mixing and an average', { mixup: 0.2, ema: 0.9, mixOffEpochs: 1 }],
    ['fine-tuning in two phases with AdamW', { recipe: 'fine-tune', headEpochs: 1, epochs: 2, unfreeze: 2 }],
    [
      'Lion on a plateau, keeping epochs for a soup',
      { optimizer: 'lion', schedule: 'plateau', plateauPatience: 0, soup: true },
    ],
    ['stochastic weight averaging on growing pictures', { swa: 2, progressive: 0.5 }],
  ] as const)('ends with the bits of an unbroken one: %s', async (name, more) => {
    const config = { ...base(), ...more };
    const stem = name.split(' ')[0]!;
    const whole = join(root, `${stem}-whole.onnx`);
    const unbroken = await fit({ ...config, out: whole });
    const breaks = [
      ['step', 2],
      ['epoch-end', 1],
      ['step', 7],
      ['step', 12],
    ] as const;
    for (const [type, count] of breaks) {
      const out = join(root, `${stem}-${type}-${count}.onnx`);
      const broken = await fit({ ...config, out }, breaker(type, count));
      expect(broken.stopped, `${type} ${count}`).toBe('cancelled');
      const run = broken.run;
      const events: TrainEvent[] = [];
      const resumed = await fit(await resumeConfig(run), { resume: run, onEvent: (e) => events.push(e) });
      await expectSame(out, whole);
      expect(resumed.bestValAccuracy).toBe(unbroken.bestValAccuracy);
      expect(resumed.history.map(({ metrics }) => metrics)).toEqual(
        unbroken.history.map(({ metrics }) => metrics),
      );
      const steps = events.filter((event) => event.type === 'step');
      expect(steps).toHaveLength(12 - (type === 'step' ? count : count * 4));
    }
  });

  it('may be broken again and again, and moved between', async () => {
    const whole = join(root, 'again-whole.onnx');
    await fit({ ...base(), out: whole });
    let out = join(root, 'again.onnx');
    await fit({ ...base(), out }, breaker('step', 3));
    for (let i = 0; i < 3; i++) {
      const moved = join(root, `moved-${i}.onnx`);
      await rename(out.replace('.onnx', '.run'), moved.replace('.onnx', '.run'));
      await rename(out, moved);
      out = moved;
      const run = out.replace('.onnx', '.run');
      await fit(await resumeConfig(run), { resume: run, ...(i < 2 ? breaker('step', 3) : {}) });
    }
    await expectSame(out, whole);
  });

  it('stops again where early stopping ended it, and adds nothing to a finished one', async () => {
    const out = join(root, 'early.onnx');
    const config = { ...base(), epochs: 20, lr: 1e-12, patience: 1, out };
    const first = await fit(config);
    expect(first.stopped).toBe('early-stop');
    const before = weightsOf(out);
    const again = await fit(await resumeConfig(first.run), { resume: first.run });
    expect(again).toMatchObject({ stopped: 'early-stop', epochs: first.epochs });
    expect(weightsOf(out)).toEqual(before);
  });

  it('gives callbacks their state back, numbers that JSON lacks and tensors included', async () => {
    const out = join(root, 'state.onnx');
    const taken: unknown[] = [];
    const counter = (): Callback & { steps: number } => ({
      name: 'counter',
      steps: 0,
      onStepEnd() {
        this.steps += 1;
      },
      state() {
        const data = Float32Array.of(this.steps, Number.NaN);
        return {
          json: { steps: this.steps, worst: Number.NEGATIVE_INFINITY },
          tensors: { t: { dims: [2], data } },
        };
      },
      loadState(state) {
        taken.push(state);
        this.steps = (state.json as { steps: number }).steps;
      },
    });
    await fit({ ...base(), out }, { ...breaker('step', 5), callbacks: [counter()] });
    const run = out.replace('.onnx', '.run');
    const late = counter();
    await fit(await resumeConfig(run), { resume: run, callbacks: [late] });
    expect(taken).toEqual([
      {
        json: { steps: 5, worst: Number.NEGATIVE_INFINITY },
        tensors: { t: { dims: [2], data: Float32Array.of(5, Number.NaN) } },
      },
    ]);
    expect(late.steps).toBe(12);
    await expect(fit(await resumeConfig(run), { resume: run })).rejects.toMatchObject({
      code: 'E_CHECKPOINT_MISMATCH',
      message: expect.stringContaining('the callback counter'),
    });
  });

  it('goes on after a callback failed within an epoch, from that very step', async () => {
    const whole = join(root, 'clumsy-whole.onnx');
    await fit({ ...base(), out: whole });
    const out = join(root, 'clumsy.onnx');
    const clumsy: Callback = {
      name: 'clumsy',
      onStepEnd({ globalStep }) {
        if (globalStep === 6) throw new Error('oh dear');
      },
    };
    await expect(fit({ ...base(), out }, { callbacks: [clumsy] })).rejects.toThrow('oh dear');
    const run = out.replace('.onnx', '.run');
    const steps: number[] = [];
    await fit(await resumeConfig(run), {
      resume: run,
      onEvent: (event) => event.type === 'step' && steps.push(event.globalStep),
    });
    expect(steps[0]).toBe(7);
    await expectSame(out, whole);
  });

  it('tells an epoch once when a callback failed after its validation', async () => {
    const whole = join(root, 'late-whole.onnx');
    await fit({ ...base(), out: whole });
    const out = join(root, 'late.onnx');
    const clumsy: Callback = {
      name: 'clumsy',
      onEpochEnd({ result }) {
        if (result.epoch === 2) throw new Error('oh dear');
      },
    };
    await expect(fit({ ...base(), out }, { callbacks: [clumsy] })).rejects.toThrow('oh dear');
    const run = out.replace('.onnx', '.run');
    const resumed = await fit(await resumeConfig(run), { resume: run });
    expect(resumed.history.map(({ epoch }) => epoch)).toEqual([1, 2, 3]);
    await expectSame(out, whole);
  });
});

describe('saved state that does not fit', () => {
  it('is refused with the differences when settings, classes or pictures are others', async () => {
    const out = join(root, 'other.onnx');
    const { run } = await fit({ ...base(), out }, breaker('step', 2));
    const config = await resumeConfig(run);
    await expect(fit({ ...config, epochs: 9, lr: 0.5 }, { resume: run })).rejects.toMatchObject({
      code: 'E_CHECKPOINT_MISMATCH',
      message: expect.stringMatching(/epochs 3 in the checkpoint, 9 now; lr .* 0.5 now/),
    });
    const others = join(root, 'others');
    await writeShapes(others, 21);
    await expect(fit({ ...config, data: others }, { resume: run })).rejects.toMatchObject({
      code: 'E_CHECKPOINT_MISMATCH',
      message: expect.stringContaining('data hash'),
    });
    await expect(fit({ ...config, model: 'resnet8' }, { resume: run })).rejects.toMatchObject({
      code: 'E_CHECKPOINT_MISMATCH',
      message: expect.stringMatching(/model "small_cnn" in the checkpoint, "resnet8" now; tensor/),
    });
  });

  it('is refused when it is missing, cut off, or only weights', async () => {
    await expect(resumeConfig(join(root, 'nowhere.run'))).rejects.toMatchObject({
      code: 'E_CHECKPOINT_NOT_FOUND',
    });
    const out = join(root, 'cut.onnx');
    const { run } = await fit({ ...base(), epochs: 1, keep: 1, out });
    const last = join(run, 'last.safetensors');
    await expect(resumeConfig(join(run, 'epoch-0001.safetensors'))).rejects.toMatchObject({
      code: 'E_CHECKPOINT_INVALID',
    });
    await writeFile(last, (await readFile(last)).subarray(0, 5000));
    await expect(resumeConfig(run)).rejects.toMatchObject({ code: 'E_SAFETENSORS_INVALID' });
  });
});

describe('a run that diverges', () => {
  it('says where and how, and leaves the last good state', async () => {
    const out = join(root, 'diverged.onnx');
    const config = { ...base(), out, lr: 1e18, clipGradNorm: null, warmup: 0, checkpointSteps: 1 };
    const saved: number[] = [];
    const error = await fit(config, {
      onEvent: (event) => event.type === 'state-saved' && saved.push(event.globalStep),
    }).catch((thrown) => thrown);
    expect(error).toMatchObject({ code: 'E_TRAIN_DIVERGED' });
    expect(error.message).toMatch(
      /at step \d+, learning rate \d(\.\d+)?e\+1\d; the greatest (weight|gradient) is .* in \w+/,
    );
    const { tensors, metadata } = readSafetensors(
      await readFile(join(root, 'diverged.run', 'last.safetensors')),
      'last',
    );
    expect(JSON.parse(metadata.saker!).globalStep).toBe(saved.at(-1));
    for (const [name, { data: bytes }] of tensors)
      expect(new Float32Array(bytes.slice().buffer).every(Number.isFinite), name).toBe(true);
  });
});
