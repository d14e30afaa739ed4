import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { buildModel, readModel, writeModel } from '@saker/graph';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { STACK_TRACE, saker, temporaryFolder } from '../fixtures/saker.js';
import { writeShapes } from '../fixtures/shapes.js';

const { folder, remove } = temporaryFolder('bad-models');
const data = join(folder, 'data');
const picture = join(data, 'circle', '000.png');

beforeAll(async () => {
  mkdirSync(data, { recursive: true });
  await writeShapes(data, 4);
});
afterAll(remove);

const train = (model: string) =>
  saker([
    'train',
    data,
    '--model',
    model,
    '--size',
    '32',
    '--epochs',
    '1',
    '--out',
    join(folder, 'o.onnx'),
    '--json',
  ]);

function expectError(run: Awaited<ReturnType<typeof saker>>, code: string, exitCode: number): void {
  expect(run.stderr).toMatch(new RegExp(`^error ${code}: .+\\.$\\n {2}hint: .+`, 'm'));
  expect(`${run.stdout}${run.stderr}`).not.toMatch(STACK_TRACE);
  expect(run.json.error).toMatchObject({ code });
  expect(run.status).toBe(exitCode);
}

/** small_cnn without metadata, changed at will, as a file. */
function modelFile(name: string, change?: (model: ReturnType<typeof buildModel>) => void): string {
  const model = readModel(writeModel(buildModel('small_cnn', { numClasses: 3, size: 32, seed: 1 })));
  change?.(model);
  const file = join(folder, name);
  writeFileSync(file, writeModel(model));
  return file;
}

describe('model files that cannot be used', () => {
  it.each([
    ['text', Buffer.from('this is no model, only a text of some length')],
    ['no bytes', Buffer.alloc(0)],
    ['random bytes', Buffer.from(Array.from({ length: 4096 }, (_, i) => (i * 197 + 13) % 256))],
  ])('refuses a file of %s by every command', async (name, bytes) => {
    const file = join(folder, `${name.replace(' ', '-')}.onnx`);
    writeFileSync(file, bytes);
    expectError(await train(file), 'E_MODEL_NOT_ONNX', 5);
    expectError(await saker(['evaluate', file, data, '--json']), 'E_MODEL_NOT_ONNX', 5);
    expectError(await saker(['predict', file, picture, '--json']), 'E_MODEL_NOT_ONNX', 5);
    expectError(await saker(['serve', file, '--port', '0', '--json']), 'E_MODEL_NOT_ONNX', 5);
  });

  it('refuses a model file that is not there', async () => {
    const run = await saker(['predict', join(folder, 'missing.onnx'), picture, '--json']);
    expectError(run, 'E_FILE_NOT_FOUND', 3);
  });

  it('suggests the zoo name that was probably meant', async () => {
    const run = await train('resnet_18');
    expectError(run, 'E_MODEL_UNKNOWN', 5);
    expect(run.stderr).toContain('resnet18');
  });

  it('refuses a graph without a classifier', async () => {
    const file = modelFile('headless.onnx', (model) => {
      const { graph } = model.proto;
      const relu = graph?.node.find((node) => node.opType === 'Relu');
      const output = graph?.output[0];
      if (!graph || !relu || !output) throw new Error('small_cnn has changed');
      // The graph ends by saying the shape of a feature map: nothing a head could stand on.
      const { $typeName } = relu;
      graph.node = [
        ...graph.node.slice(0, graph.node.indexOf(relu) + 1),
        { ...relu, $typeName, name: 'end', opType: 'Shape', input: [...relu.output], output: [output.name] },
      ];
      delete output.type;
    });
    const run = await train(file);
    expectError(run, 'E_MODEL_NO_HEAD', 5);
  });

  it('names the op and the node that the engine cannot train', async () => {
    const file = modelFile('exotic.onnx', (model) => {
      const { graph } = model.proto;
      const relu = graph?.node.find((node) => node.opType === 'Relu');
      if (!relu) throw new Error('small_cnn has changed');
      relu.opType = 'Det';
      relu.name = 'odd_node';
    });
    const run = await train(file);
    expectError(run, 'E_OP_UNSUPPORTED', 5);
    expect(run.json.error.message).toContain('Det');
    expect(run.json.error.message).toContain('odd_node');
  });
});

describe('a model file without metadata', () => {
  const labels = join(folder, 'labels.txt');
  beforeAll(() => writeFileSync(labels, 'circle\nsquare\ntriangle\n'));
  const flags = ['--size', '32', '--mean', '0.5', '--std', '0.5', '--labels', labels];

  it.each(['evaluate', 'predict', 'serve'])('makes %s ask for what is missing', async (command) => {
    const file = modelFile('plain.onnx');
    const rest = { evaluate: [data], predict: [picture], serve: ['--port', '0'] }[command] ?? [];
    const run = await saker([command, file, ...rest, '--json']);
    expectError(run, 'E_MODEL_NO_METADATA', 5);
    for (const flag of ['--size', '--mean', '--std', '--labels']) expect(run.json.error.hint).toContain(flag);
  });

  it('works with the flags, and with labels as a JSON array', async () => {
    const file = modelFile('plain.onnx');
    const lines = await saker(['predict', file, picture, ...flags, '--json']);
    expect(lines.status).toBe(0);
    expect(['circle', 'square', 'triangle']).toContain(lines.json.results[0].label);
    writeFileSync(join(folder, 'labels.json'), JSON.stringify(['circle', 'square', 'triangle']));
    const array = await saker([
      'predict',
      file,
      picture,
      ...flags.with(-1, join(folder, 'labels.json')),
      '--json',
    ]);
    expect(array.json.results).toEqual(lines.json.results);
    expect((await saker(['evaluate', file, data, ...flags, '--json'])).json.samples).toBe(12);
  });

  it('refuses labels that do not fit the model, or name a class twice', async () => {
    const file = modelFile('plain.onnx');
    const predict = (text: string) => {
      writeFileSync(join(folder, 'wrong.txt'), text);
      return saker(['predict', file, picture, ...flags.with(-1, join(folder, 'wrong.txt')), '--json']);
    };
    expectError(await predict('a\nb\n'), 'E_MODEL_METADATA', 5);
    expectError(await predict('a\nb\na\n'), 'E_ARG_INVALID', 2);
    expectError(await predict('\n\n'), 'E_ARG_INVALID', 2);
  });
});

describe('a port in use', () => {
  it('is told with the port, and the command ends', async () => {
    const blocker = createServer().listen(0, '127.0.0.1');
    await new Promise((done) => blocker.once('listening', done));
    const { port } = blocker.address() as AddressInfo;
    writeFileSync(join(folder, 'labels.txt'), 'circle\nsquare\ntriangle\n');
    const flags = ['--mean', '0.5', '--std', '0.5', '--labels', join(folder, 'labels.txt')];
    const run = await saker(['serve', modelFile('plain.onnx'), '--port', String(port), ...flags, '--json']);
    blocker.close();
    expectError(run, 'E_PORT_IN_USE', 7);
    expect(run.json.error.message).toContain(String(port));
  });
});
