/** saker train with several processes of the built command. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parameterNames, readModel, readTensor, tensorNumbers } from '@saker/graph';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { saker, startSaker, temporaryFolder } from '../fixtures/saker.js';
import { writeShapes } from '../fixtures/shapes.js';

const { folder, remove } = temporaryFolder('distributed');
const data = join(folder, 'shapes');
const at = (name: string) => join(folder, name);
const net = ['--model', 'small_cnn', '--size', '32', '--threads', '1', '--seed', '3'];

beforeAll(async () => {
  await writeShapes(data, 24);
});
afterAll(remove);

const gone = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return false;
  } catch {
    return true;
  }
};
const pidsIn = (stderr: string): number[] => /processes: (.*)/.exec(stderr)![1]!.split(', ').map(Number);

function weights(file: string): number[] {
  const model = readModel(file);
  return parameterNames(model).flatMap((name) => [...tensorNumbers(readTensor(model.constant(name)!))]);
}

describe('saker train --nproc 2', () => {
  it('learns what one process with twice the batch learns', async () => {
    const common = ['train', data, ...net, '--epochs', '2', '--lr', '0.005', '--json'];
    const one = await saker([...common, '--batch-size', '16', '--out', at('one.onnx')]);
    const two = await saker([
      ...common,
      ...['--batch-size', '8', '--nproc', '2', '--sync-batch-norm', '--out', at('two.onnx')],
    ]);
    expect([one.status, two.status, two.stderr.includes('error')]).toEqual([0, 0, false]);
    expect(two.json.epochs).toBe(2);
    const [a, b] = [weights(at('one.onnx')), weights(at('two.onnx'))];
    expect(Math.max(...a.map((v, i) => Math.abs(v - b[i]!)))).toBeLessThan(1e-4);
    const epochs = readFileSync(at('two.train.jsonl'), 'utf8')
      .split('\n')
      .filter((line) => line.includes('"epoch-end"'));
    expect(epochs).toHaveLength(2);
    expect(pidsIn(two.stderr).every(gone)).toBe(true);
  });

  it('ends clearly when a rank is killed, and leaves no process', async () => {
    const started = startSaker([
      ...['train', data, ...net, '--epochs', '10000', '--batch-size', '4', '--nproc', '2'],
      ...['--out', at('killed.onnx'), '--json'],
    ]);
    await started.saw(/^epoch 1\/10000/m);
    let text = '';
    started.child.stderr?.on('data', (chunk) => {
      text += chunk;
    });
    const ranks = (await import('node:child_process'))
      .execSync(`ps -o pid= --ppid ${started.child.pid}`, { encoding: 'utf8' })
      .trim()
      .split(/\s+/)
      .map(Number);
    expect(ranks).toHaveLength(2);
    process.kill(ranks[1]!, 'SIGKILL');
    const { status, json, stderr } = await started.done;
    expect(status).toBe(8);
    expect(json.error.code).toBe('E_DIST_RANK_FAILED');
    expect(stderr).toMatch(/Rank 1 of 2 ended with signal SIGKILL/);
    expect(text).toContain('E_DIST_PEER_LOST');
    expect(ranks.every(gone)).toBe(true);
    // The best epoch so far is whole.
    expect(existsSync(at('killed.onnx'))).toBe(true);
    expect((await saker(['evaluate', at('killed.onnx'), data, '--split', 'val', '--json'])).status).toBe(0);
  });

  it('stops on Ctrl-C after the same step everywhere and keeps the model', async () => {
    const started = startSaker([
      ...['train', data, ...net, '--epochs', '10000', '--batch-size', '4', '--nproc', '2'],
      ...['--out', at('stopped.onnx'), '--json'],
    ]);
    await started.saw(/^epoch 1\/10000/m);
    started.child.kill('SIGINT');
    const { status, json } = await started.done;
    expect(status).toBe(130);
    expect(json).toMatchObject({ stopped: 'cancelled' });
    expect(existsSync(at('stopped.onnx'))).toBe(true);
  });

  it('updates after several batches of all processes, and goes on from kill -9 to the bits of an unbroken run', async () => {
    const common = [
      ...net,
      '--epochs',
      '6',
      '--batch-size',
      '4',
      '--accumulate',
      '2',
      '--checkpoint-steps',
      '1',
    ];
    const run = ['train', data, ...common, '--nproc', '2', '--json', '--out'];
    const whole = await saker([...run, at('whole.onnx')]);
    expect(whole.status, whole.stderr).toBe(0);
    const started = startSaker([...run, at('broken.onnx')]);
    await started.saw(/^epoch 2\/6/m);
    started.child.kill('SIGKILL');
    await started.done;
    const resumed = await saker(['train', '--resume', at('broken.run'), '--nproc', '2', '--json']);
    expect(resumed.status, resumed.stderr).toBe(0);
    expect(resumed.stderr).toMatch(/going on in epoch [23]/);
    expect(weights(at('broken.onnx'))).toEqual(weights(at('whole.onnx')));
    expect(resumed.json.bestMetric).toEqual(whole.json.bestMetric);
  }, 120_000);

  it('tells what is wrong before it starts anything', async () => {
    const { status, stderr } = await saker(['train', data, '--nproc', '2']);
    expect(status).toBe(2);
    expect(stderr).not.toContain('processes:');
  });
});
