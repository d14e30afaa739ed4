import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type Callback,
  fit,
  MlflowLog,
  type MlflowOptions,
  mlflowServer,
  sendMlflowSpool,
  type TrainEvent,
} from '@saker/trainer';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { MlflowTestServer } from './mlflow-server.js';
import { writeShapes } from './pictures.js';

vi.setConfig({ testTimeout: 60_000 });

let root: string;
let data: string;
let server: MlflowTestServer;
let notes: string[];

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'saker-mlflow-'));
  data = join(root, 'shapes');
  await writeShapes(data, 20);
  return () => rm(root, { recursive: true, force: true });
});
beforeEach(async () => {
  server = await new MlflowTestServer().start();
  notes = [];
});
afterEach(async () => {
  await server.stop().catch(() => undefined);
});

const where = (uri: string) => mlflowServer({ MLFLOW_TRACKING_URI: uri });
const spools = async () => (await readdir(root)).filter((name) => name.includes('mlflow'));

async function train(
  name: string,
  options: Partial<MlflowOptions> = {},
  more: { epochs?: number; callbacks?: Callback[]; lr?: number; clipGradNorm?: null; warmup?: number } = {},
) {
  const { callbacks = [], ...config } = more;
  const log = new MlflowLog({
    server: where(server.uri),
    base: join(root, name),
    stepInterval: 2,
    firstBackoffMs: 20,
    endMs: 15_000,
    ...options,
  });
  return fit(
    {
      model: 'small_cnn',
      data,
      batchSize: 8,
      size: 32,
      seed: 3,
      threads: 1,
      epochs: 2,
      out: join(root, `${name}.onnx`),
      ...config,
    },
    {
      callbacks: [log, ...callbacks],
      onEvent: (event: TrainEvent) => {
        if (event.type === 'note') notes.push(event.message);
      },
    },
  );
}

describe('a run logged to MLflow', () => {
  it('has its settings, metrics, model and end on the server, and leaves no spool', async () => {
    const result = await train('whole', { experiment: 'shapes', runName: 'first' });
    expect(server.violations).toEqual([]);
    expect([...server.experiments.values()]).toEqual(['Default', 'shapes']);
    const [[id, run], ...others] = [...server.runs] as [
      [string, NonNullable<unknown>],
      ...unknown[],
    ] as never as [[string, ReturnType<typeof server.runs.get> & object], ...unknown[]];
    expect(others).toEqual([]);
    expect(run).toMatchObject({ name: 'first', status: 'FINISHED', experimentId: '1' });
    expect(run.endTime).toBeGreaterThanOrEqual(run.startTime);
    expect(Object.fromEntries(run.params)).toMatchObject({
      model: 'small_cnn',
      batchSize: '8',
      classes: '2',
    });
    const valLoss = run.metrics.filter(({ key }) => key === 'loss/val');
    expect(valLoss.map(({ step, value }) => [step, value])).toEqual(
      result.history.map((e, i) => [4 * (i + 1), e.valLoss]),
    );
    expect(run.metrics.filter(({ key }) => key === 'loss/step').map((m) => m.step)).toEqual([2, 4, 6, 8]);
    const model = server.artifacts.get(`1/${id}/artifacts/whole.onnx`);
    expect(model?.equals(await readFile(result.model))).toBe(true);
    expect(await spools()).toEqual([]);
    expect(notes).toEqual([]);
  });

  it('keeps to the limits of a request with thousands of metrics and long values', async () => {
    let after = '';
    await train(
      'large',
      { runName: 'n'.repeat(100) },
      {
        epochs: 1,
        callbacks: [
          {
            name: 'many',
            // Metrics are what the validation says; here far more of them than a request may hold.
            onEvent(event) {
              if (event.type !== 'validate-end') return;
              const metrics = event.result.metrics as Record<string, number>;
              for (let i = 0; i < 2_500; i++) metrics[`val${'X'.repeat(200)} ${i} ü`] = i / 7;
              after = `${'x'.repeat(200)} 2499 _/val`;
            },
          },
        ],
      },
    );
    expect(server.violations).toEqual([]);
    const [run] = [...server.runs.values()];
    expect(run?.metrics.some(({ key }) => key.toLowerCase() === after)).toBe(true);
    expect(run?.metrics.length).toBeGreaterThan(2_500);
  });

  it('says so when a model cannot be uploaded because the server keeps artifacts elsewhere', async () => {
    server.artifactRoot = 's3://bucket/';
    await train('bucket', {}, { epochs: 1 });
    expect(notes.join('\n')).toMatch(/bucket\.onnx was not uploaded: .*s3:\/\/bucket/);
    expect([...server.runs.values()][0]?.status).toBe('FINISHED');
    expect(await spools()).toEqual([]);
  });

  it('is FAILED there, with the error as a tag, when training diverges', async () => {
    await expect(train('diverges', {}, { lr: 1e30, clipGradNorm: null, warmup: 0 })).rejects.toMatchObject({
      code: 'E_TRAIN_DIVERGED',
    });
    const [run] = [...server.runs.values()];
    expect(run?.status).toBe('FAILED');
    expect(run?.tags.get('saker.error')).toMatch(/^E_TRAIN_DIVERGED: /);
  });

  it.each(['token', 'password'])('shows the server its %s', async (kind) => {
    const environment =
      kind === 'token'
        ? { MLFLOW_TRACKING_TOKEN: 'secret' }
        : { MLFLOW_TRACKING_USERNAME: 'ada', MLFLOW_TRACKING_PASSWORD: 'lovelace' };
    server.authorization =
      kind === 'token' ? 'Bearer secret' : `Basic ${Buffer.from('ada:lovelace').toString('base64')}`;
    const own = mlflowServer({ MLFLOW_TRACKING_URI: `${server.uri}/`, ...environment });
    await train(kind, { server: own }, { epochs: 1 });
    expect([...server.runs.values()][0]?.status).toBe('FINISHED');
  });
});

describe('a server in trouble', () => {
  it('that is not there changes nothing for the run; the spool has everything and can be sent later', async () => {
    const { uri } = server;
    await server.stop();
    const result = await train('away', { endMs: 200 });
    expect(result.epochs).toBe(2);
    const file = join(root, 'away.mlflow.jsonl');
    expect(notes[0]).toMatch(/was not reached: ECONNREFUSED; the run goes on, .*away\.mlflow\.jsonl/);
    expect(notes.at(-1)).toContain(`saker mlflow-send ${file}`);
    await expect(sendMlflowSpool(file, where(uri))).rejects.toMatchObject({ code: 'E_MLFLOW_FAILED' });

    await server.start();
    const sent = await sendMlflowSpool(file, where(uri));
    expect(sent).toMatchObject({ runId: 'run0', skipped: [] });
    const [run] = [...server.runs.values()];
    expect(run?.status).toBe('FINISHED');
    expect(run?.metrics.filter(({ key }) => key === 'loss/val').map((m) => m.value)).toEqual(
      result.history.map((e) => e.valLoss),
    );
    expect(server.violations).toEqual([]);
    expect(await spools()).toEqual([]);
  });

  it('that comes back during the run gets everything, in one run', async () => {
    server.trouble = 'error';
    const result = await train(
      'back',
      {},
      {
        callbacks: [
          {
            name: 'repair',
            onEpochEnd: ({ result: { epoch } }) => {
              if (epoch === 1) server.trouble = 'none';
            },
          },
        ],
      },
    );
    expect(notes[0]).toMatch(/answered 500/);
    expect(server.runs.size).toBe(1);
    const [run] = [...server.runs.values()];
    expect(run?.metrics.filter(({ key }) => key === 'loss/val')).toHaveLength(result.epochs);
    expect(await spools()).toEqual([]);
  });

  it.each(['hang', 'busy'] as const)('that is in state %s does not hold the run up', async (trouble) => {
    const calm = await train(`calm-${trouble}`, {}, { epochs: 1 });
    server.trouble = trouble;
    const troubled = await train(`held-${trouble}`, { endMs: 300, requestMs: 500 }, { epochs: 1 });
    // The last 300 ms are the wait that was asked for; requests that are not answered take 500 ms each.
    expect(troubled.seconds).toBeLessThan(2 * calm.seconds + 2);
    expect(await spools()).toEqual([`held-${trouble}.mlflow.jsonl`]);
    server.trouble = 'none';
    await sendMlflowSpool(join(root, `held-${trouble}.mlflow.jsonl`), where(server.uri));
    expect([...server.runs.values()].map((run) => run.status)).toEqual(['FINISHED', 'FINISHED']);
  });

  it('that refuses the token is asked once, and the spool stays', async () => {
    server.authorization = 'Bearer other';
    await train('refused', {}, { epochs: 1 });
    expect(server.requests).toHaveLength(1);
    expect(notes[0]).toMatch(/answered 401 UNAUTHENTICATED: who are you\?/);
    expect(await spools()).toEqual(['refused.mlflow.jsonl']);
    await rm(join(root, 'refused.mlflow.jsonl'));
  });

  it('is sent what a killed run left, from where it came to', async () => {
    const file = join(root, 'killed.mlflow.jsonl');
    const log = (step: number) => ({
      op: 'log',
      metrics: [{ key: 'loss/step', value: 1, timestamp: 1, step }],
      params: [],
      tags: [],
    });
    const start = { op: 'start', experiment: 'Default', runName: 'killed', startTime: 1, tags: [] };
    await writeFile(file, [start, log(1)].map((o) => JSON.stringify(o)).join('\n'));
    await sendMlflowSpool(file, where(server.uri));
    const run = { runId: 'run0', artifactUri: '' };
    const lines = [start, log(1), { sent: 2, run }, log(2)].map((o) => JSON.stringify(o));
    await writeFile(file, `${lines.join('\n')}\n{"op":"lo`);
    await sendMlflowSpool(file, where(server.uri));
    expect(server.runs.get('run0')?.metrics.map((m) => m.step)).toEqual([1, 2]);
    expect(server.runs.size).toBe(1);
    expect(await spools()).toEqual([]);
  });
});

describe('MLFLOW_TRACKING_URI', () => {
  it.each([undefined, '', 'databricks', 'file:///mlruns', 'sqlite:///a.db'])(
    '%s is refused by name',
    (uri) => {
      expect(() => mlflowServer({ MLFLOW_TRACKING_URI: uri })).toThrow(/MLFLOW_TRACKING_URI/);
    },
  );
});
