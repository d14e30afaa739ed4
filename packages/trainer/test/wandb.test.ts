import { spawn } from 'node:child_process';
import { cp, mkdtemp, readdir, readFile, rm, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { type FitResult, fit, type TrainEvent, WandbLog } from '@saker/trainer';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeShapes } from './pictures.js';
import { type ReadRun, readLog, readRun } from './wandb-reader.js';
import { startWandbServer } from './wandb-server.js';

/** A Python with the package wandb; the tests against the real `wandb sync` are skipped, by name, without it. */
const python = process.env.SAKER_TEST_WANDB_PYTHON;

let root: string;
let file: string;
let result: FitResult;
let read: ReadRun;
let base: { data: string; model: string; size: number; batchSize: number; seed: number; threads: number };
const steps: { globalStep: number; lr: number }[] = [];

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'saker-wandb-'));
  base = { data: join(root, 'shapes'), model: 'small_cnn', size: 32, batchSize: 8, seed: 3, threads: 1 };
  await writeShapes(base.data, 20);
  const environment = {
    WANDB_DIR: root,
    WANDB_PROJECT: 'shapes',
    WANDB_NAME: 'first',
    WANDB_RUN_ID: 'abc123',
  };
  const log = await WandbLog.open({ base: join(root, 'm'), environment, stepInterval: 2 });
  file = log.place.file;
  result = await fit(
    { ...base, epochs: 3, gradientReport: 3, out: join(root, 'm.onnx') },
    {
      callbacks: [log],
      onEvent: (event: TrainEvent) => {
        if (event.type === 'step') steps.push(event);
      },
    },
  );
  read = readRun(await readFile(file));
}, 60_000);
afterAll(() => rm(root, { recursive: true, force: true }));

describe('an offline run of W&B, read by the formats alone', () => {
  it('lies where wandb sync looks, with the names that the environment gives', async () => {
    expect(basename(file)).toBe('run-abc123.wandb');
    expect(basename(dirname(file))).toMatch(/^offline-run-\d{8}_\d{6}-abc123$/);
    expect(dirname(dirname(file))).toBe(join(root, 'wandb'));
    expect(await readdir(join(dirname(file), 'files'))).toEqual([]);
    expect(read.run).toMatchObject({ id: 'abc123', project: 'shapes', name: 'first' });
  });

  it('has a header, the run, rows and figures, and an end, numbered in order', () => {
    expect(read.kinds.slice(0, 2)).toEqual(['header', 'run']);
    expect(read.kinds.at(-1)).toBe('exit');
    expect(new Set(read.kinds.slice(2, -1))).toEqual(new Set(['history', 'summary']));
    expect(read.nums).toEqual(read.nums.map((_, i) => i));
    expect(read.exitCode).toBe(0);
    expect(read.run.config).toMatchObject({
      model: 'small_cnn',
      seed: 3,
      epochs: 3,
      classes: ['bar', 'disc'],
    });
  });

  it('tells every step once, in order, with the figures of steps, epochs and layers', () => {
    const told = read.history.map(({ step }) => step);
    expect(told).toEqual([...new Set(told)].sort((a, b) => a - b));
    for (const { step, values } of read.history) {
      expect(values._step).toBe(step);
      const own = steps.find(({ globalStep }) => globalStep === step)!;
      if ('learning_rate/step' in values) expect(values['learning_rate/step']).toBe(own.lr);
    }
    const epochs = read.history.filter(({ values }) => 'epoch' in values);
    expect(epochs.map(({ step, values }) => [step, values['loss/val'], values['accuracy/val']])).toEqual(
      result.history.map((e, i) => [4 * (i + 1), e.valLoss, e.valAccuracy]),
    );
    // The end of an epoch is a step of the curves too: one row has both.
    for (const { values } of epochs) expect(values).toHaveProperty(['loss/step']);
    expect(read.history.some(({ values }) => 'gradient_norm/fc.weight' in values)).toBe(true);
    expect(read.summary).toMatchObject({
      'best/epoch': result.bestEpoch,
      'loss/val': result.history[2]!.valLoss,
    });
  });

  it('ends with another code when the run was cancelled or failed', async () => {
    const abort = new AbortController();
    const environment = { WANDB_DIR: join(root, 'stopped') };
    const log = await WandbLog.open({ base: join(root, 's'), environment });
    const onEvent = ({ type }: TrainEvent): void => {
      if (type === 'step') abort.abort();
    };
    const run = { ...base, epochs: 3, baseline: false, out: join(root, 's.onnx') };
    await fit(run, { callbacks: [log], signal: abort.signal, onEvent });
    expect(readRun(await readFile(log.place.file)).exitCode).toBe(130);
    const other = await WandbLog.open({ base: join(root, 's'), environment });
    const failing = { ...run, lr: 1e30, optimizer: 'sgd' as const, clipGradNorm: null };
    await expect(fit(failing, { callbacks: [other] })).rejects.toMatchObject({ code: 'E_TRAIN_DIVERGED' });
    expect(readRun(await readFile(other.place.file)).exitCode).toBe(1);
  }, 60_000);

  it('refuses an id that is a path, and says where it cannot write', async () => {
    const environment = { WANDB_RUN_ID: '../x', WANDB_DIR: root };
    await expect(WandbLog.open({ base: 'm', environment })).rejects.toMatchObject({ code: 'E_ARG_INVALID' });
    const taken = { WANDB_DIR: join(root, 'm.onnx') };
    await expect(WandbLog.open({ base: 'm', environment: taken })).rejects.toMatchObject({
      code: 'E_FILE_WRITE',
    });
  });

  it('shows damage to its reader', async () => {
    const bytes = await readFile(file);
    bytes[300] = bytes[300]! ^ 1;
    expect(() => readLog(bytes)).toThrow(/CRC/);
  });
});

describe.skipIf(!python)('wandb sync itself (SAKER_TEST_WANDB_PYTHON)', () => {
  /** Runs it on a copy of the run, against a server of ours. */
  async function sync(cut?: number) {
    const copy = join(root, cut === undefined ? 'whole' : 'cut', basename(dirname(file)));
    await cp(dirname(file), copy, { recursive: true });
    const log = join(copy, basename(file));
    if (cut !== undefined) await truncate(log, (await readFile(log)).length - cut);
    const server = await startWandbServer();
    const env = { ...process.env, WANDB_BASE_URL: server.url, WANDB_API_KEY: 'a'.repeat(40), HOME: root };
    const child = spawn(python as string, ['-m', 'wandb', 'sync', copy], { env, cwd: root });
    let said = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (text) => {
        said += text;
      });
    const code = await new Promise((resolve) => child.on('close', resolve));
    server.close();
    const history = (server.lines['wandb-history.jsonl'] ?? []).map((line) => JSON.parse(line));
    return { ...server, code, said, history };
  }

  it('uploads the run as it is in the file', async () => {
    const { code, said, runs, history, files, ends } = await sync();
    expect(said).toContain('Finished syncing');
    expect(code).toBe(0);
    expect(runs[0]).toMatchObject({ name: 'abc123', project: 'shapes', displayName: 'first' });
    expect(JSON.parse(runs[0]!.config as string)).toMatchObject({
      model: { value: 'small_cnn' },
      seed: { value: 3 },
    });
    expect(history).toEqual(read.history.map(({ values }) => values));
    expect(JSON.parse(files['wandb-summary.json']!)).toMatchObject(read.summary);
    expect(ends).toEqual([{ complete: true, exitcode: 0 }]);
  }, 120_000);

  it('uploads what a killed run left, whose end is missing', async () => {
    const end = readLog(await readFile(file)).at(-1)!;
    const { said, history } = await sync(7 + end.length);
    expect(said).toContain('Finished syncing');
    expect(history).toEqual(read.history.map(({ values }) => values));
  }, 120_000);
});
