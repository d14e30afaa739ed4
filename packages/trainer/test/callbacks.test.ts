import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Predictor } from '@saker/evaluate';
import { type Callback, EarlyStopping, fit, type TrainEvent } from '@saker/trainer';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeShapes } from './pictures.js';

let root: string;
let run: { model: string; data: string; batchSize: number; size: number; seed: number; threads: number };

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'saker-callbacks-'));
  const data = join(root, 'shapes');
  await writeShapes(data, 20);
  run = { model: 'small_cnn', data, batchSize: 8, size: 32, seed: 3, threads: 1 };
});
afterAll(() => rm(root, { recursive: true, force: true }));

describe('callbacks', () => {
  it('hear every event in order, and the loop waits for them', async () => {
    const heard: string[] = [];
    const told: string[] = [];
    let running = 0;
    const slow: Callback = {
      name: 'slow',
      async onEvent(event) {
        expect(++running).toBe(1);
        await new Promise((done) => setTimeout(done, event.type === 'step' ? 2 : 10));
        running -= 1;
        if (event.type !== 'validate') heard.push(event.type);
      },
      onEpochEnd: (_event, context) => context.note(`after epoch ${context.epoch} of ${context.epochs}`),
    };
    await fit(
      { ...run, out: join(root, 'order.onnx'), epochs: 2 },
      {
        callbacks: [slow],
        onEvent: (event: TrainEvent) => {
          if (event.type === 'note') told.push(`${event.by}: ${event.message}`);
        },
      },
    );
    const epoch = (checkpoint: boolean) => [
      'epoch-start',
      ...Array(4).fill('step'),
      'validate-end',
      ...(checkpoint ? ['checkpoint'] : []),
      'epoch-end',
      'note',
      'state-saved',
    ];
    const kept = heard.lastIndexOf('checkpoint') > heard.indexOf('epoch-end');
    expect(heard).toEqual([
      'run-start',
      'baseline',
      'state-saved',
      'phase-start',
      ...epoch(true),
      ...epoch(kept),
      'train-end',
      'run-end',
    ]);
    expect(told).toEqual(['slow: after epoch 1 of 2', 'slow: after epoch 2 of 2']);
  });

  it('read the weights and the figures of a step, and ask the engine for more of the next', async () => {
    const seen: Float32Array[] = [];
    let names: string[] = [];
    await fit(
      { ...run, out: join(root, 'read.onnx'), epochs: 1, lr: 0.1, warmup: 0, clipGradNorm: null },
      {
        callbacks: [
          {
            name: 'reader',
            stepOptions: ({ globalStep }) => (globalStep === 0 ? { clipGradNorm: 1e-12 } : null),
            async onRunStart(_event, context) {
              seen.push((await context.model.readTensors(['fc.weight']))['fc.weight']!.data);
            },
            async onStepEnd({ gradNorm }, context) {
              expect(context.lastStep?.gradNorm).toBe(gradNorm);
              seen.push((await context.model.readTensors(['fc.weight']))['fc.weight']!.data);
              names = context.parameters.map((p) => p.name);
            },
          },
        ],
      },
    );
    expect(names).toContain('fc.weight');
    const change = (step: number) => Math.hypot(...seen[step]!.map((v, i) => v - seen[step - 1]![i]!));
    expect(seen).toHaveLength(5);
    expect(change(1)).toBeLessThan(change(2) / 10);
  });

  it('scale the learning rate from the next step on', async () => {
    const rates: number[] = [];
    await fit(
      { ...run, out: join(root, 'scale.onnx'), epochs: 1, lr: 0.01, warmup: 0, schedule: 'constant' },
      {
        callbacks: [
          {
            name: 'halver',
            onStepEnd({ lr }, context) {
              rates.push(lr);
              context.scaleLr(2 ** -rates.length);
            },
          },
        ],
      },
    );
    expect(rates).toEqual([0.01, 0.005, 0.0025, 0.00125]);
  });

  it('end the run with a reason', async () => {
    const events: TrainEvent[] = [];
    const result = await fit(
      { ...run, out: join(root, 'stop.onnx'), epochs: 50 },
      {
        onEvent: (event) => events.push(event),
        callbacks: [
          { name: 'enough', onEpochEnd: (_event, context) => context.requestStop('it is good enough') },
          { name: 'later', onEpochEnd: (_event, context) => context.requestStop('too late') },
        ],
      },
    );
    expect(result.stopped).toBe('stopped');
    expect(result.epochs).toBe(1);
    expect(events.find((event) => event.type === 'stop')).toMatchObject({
      by: 'enough',
      reason: 'it is good enough',
    });
  });

  it('monitor any metric that the validation measures, and name those when it does not', async () => {
    const out = join(root, 'monitor.onnx');
    const config = { ...run, out, epochs: 30, lr: 1e-12, patience: null };
    const stop = new EarlyStopping({ metric: 'valLoss', patience: 2, minDelta: 0.5 });
    const result = await fit(config, { callbacks: [stop] });
    expect(result).toMatchObject({ stopped: 'early-stop', epochs: 3 });
    const missing = new EarlyStopping({ metric: 'valMagic', patience: 2 });
    await expect(fit(config, { callbacks: [missing] })).rejects.toMatchObject({
      code: 'E_ARG_INVALID',
      message: expect.stringContaining('valAccuracy'),
    });
  });
});

describe('callbacks that fail', () => {
  it.each(['onRunStart', 'onStepEnd', 'onValidateEnd', 'onEpochEnd', 'onRunEnd'] as const)(
    'end the run with an error that names them and %s, and the others hear of it',
    async (method) => {
      const out = join(root, `${method}.onnx`);
      let told = '';
      let closed = 0;
      const callbacks: Callback[] = [
        {
          name: 'clumsy',
          [method]: async () => {
            throw new TypeError('oh dear');
          },
        },
        {
          name: 'witness',
          onError: (event) => {
            told = event.error.message;
          },
          close: () => {
            closed += 1;
          },
        },
      ];
      const error = await fit({ ...run, out, epochs: 2 }, { callbacks }).catch((thrown) => thrown);
      expect(error).toMatchObject({ code: 'E_CALLBACK_FAILED', cause: expect.any(TypeError) });
      expect(error.message).toContain(`'clumsy' failed in ${method}: oh dear`);
      expect(told).toBe(error.message);
      expect(closed).toBe(1);
      const log = (await readFile(out.replace('.onnx', '.train.jsonl'), 'utf8')).trim().split('\n');
      expect(JSON.parse(log.at(-1)!)).toMatchObject({ type: 'error', error: { code: 'E_CALLBACK_FAILED' } });
      if (method === 'onRunStart' || method === 'onStepEnd') return;
      const predictor = await Predictor.load(out);
      await predictor.close();
    },
  );

  it('are refused when two have one name', async () => {
    const callbacks = [{ name: 'twin' }, { name: 'twin' }];
    await expect(fit({ ...run, out: join(root, 'x.onnx'), epochs: 1 }, { callbacks })).rejects.toMatchObject({
      code: 'E_ARG_INVALID',
      message: expect.stringContaining('twin'),
    });
  });

  it('are told apart from a listener that throws', async () => {
    const out = join(root, 'y.onnx');
    const onEvent = (event: TrainEvent) => {
      if (event.type === 'epoch-start') throw new Error('deaf');
    };
    await expect(fit({ ...run, out, epochs: 1 }, { onEvent })).rejects.toMatchObject({
      code: 'E_CALLBACK_FAILED',
      message: expect.stringContaining("'onEvent' failed in epoch-start: deaf"),
    });
  });
});
