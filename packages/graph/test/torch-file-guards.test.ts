/** Hostile and damaged .pth files: each guard of the reader has a file that only it refuses. */
import { readTorchFile } from '@saker/graph';
import { describe, expect, it } from 'vitest';
import { type Claim, global, pickle, tensor, type ZipEntry, zip } from './helpers/torch-archive.js';

const floats = Buffer.from(Float32Array.of(1, 2, 3, 4).buffer);
const read = (value: Buffer, more: Record<string, ZipEntry> = {}) =>
  readTorchFile(zip({ 'data.pkl': { bytes: pickle(value) }, 'data/0': { bytes: floats }, ...more }), 'w.pth');
const refuses = async (reading: Promise<unknown>, message: RegExp): Promise<void> => {
  await expect(reading).rejects.toMatchObject({
    code: 'E_WEIGHTS_FILE',
    message: expect.stringMatching(message),
  });
};

it('what the archives of these tests hold is read when it is honest', async () => {
  const plain = await read(tensor({}));
  expect([...plain.get('w')!.data]).toEqual([1, 2, 3, 4]);
  const turned = await read(tensor({ dims: [2, 2], strides: [1, 2] }));
  expect([...turned.get('w')!.data]).toEqual([1, 3, 2, 4]);
  const packed = await read(tensor({}), { 'data/0': { bytes: floats, deflate: true } });
  expect([...packed.get('w')!.data]).toEqual([1, 2, 3, 4]);
});

describe('a tensor', () => {
  const beyond = /reaches beyond its storage/;
  const malformed = /malformed tensor/;
  it.each<[string, Claim, RegExp]>([
    ['starts behind its storage', { dims: [1], offset: 4 }, beyond],
    ['ends behind its storage', { dims: [4], offset: 1 }, beyond],
    ['steps over its storage', { dims: [2, 2], strides: [3, 1] }, beyond],
    ['has a storage larger than its entry', { size: 8, dims: [4] }, beyond],
    ['repeats an element beyond measure', { dims: [2 ** 20, 2 ** 10], strides: [0, 0] }, /claim far more/],
    [
      'has more elements than numbers can count',
      { dims: [2 ** 50, 2 ** 50], strides: [0, 0] },
      /claim far more/,
    ],
    ['starts before its storage', { dims: [1], offset: -1 }, malformed],
    ['steps backwards', { dims: [2], offset: 3, strides: [-1] }, malformed],
    ['has fewer strides than dims', { dims: [1, 4], strides: [1] }, malformed],
    ['has a negative size', { size: -4 }, /malformed storage/],
  ])('that %s is refused', (_, claim, message) => refuses(read(tensor(claim)), message));
});

describe('an archive', () => {
  it('whose storage is larger than its tensors say is not unpacked', async () => {
    const bomb = { bytes: Buffer.alloc(2 ** 24), deflate: true };
    await refuses(read(tensor({}), { 'data/0': bomb }), /more than the 16 that it may have/);
  });

  it('that understates what it inflates to is refused', async () => {
    const bomb = { bytes: Buffer.alloc(2 ** 24), deflate: true, claimed: 16 };
    await refuses(read(tensor({}), { 'data/0': bomb }), /archive is damaged/);
  });

  it('whose pickle is beyond measure is not unpacked', async () => {
    const bomb = { bytes: Buffer.from('.'), deflate: true, claimed: 2 ** 29 };
    await refuses(read(tensor({}), { 'data.pkl': bomb }), /more than the 268435456/);
  });

  it('of big-endian numbers is refused', async () => {
    await refuses(read(tensor({}), { byteorder: { bytes: Buffer.from('big') } }), /big-endian/);
  });
});

describe('a pickle', () => {
  const call = (callee: Buffer) =>
    Buffer.concat([callee, Buffer.from('(X\u0002\u0000\u0000\u0000ls'), Buffer.from('tR')]);
  it.each<[string, Buffer, RegExp]>([
    ['asks for os.system', call(global('os', 'system')), /asks for os\.system/],
    [
      'asks for eval by the stack',
      call(Buffer.from('\u008c\u0008builtins\u008c\u0004eval\u0093', 'latin1')),
      /asks for builtins\.eval/,
    ],
    [
      'asks for what only looks like a storage',
      call(global('torch', 'load.XStorage')),
      /asks for torch\.load/,
    ],
    [
      'fills a dictionary by its constructor',
      call(global('collections', 'OrderedDict')),
      /in a way that no state dict does/,
    ],
    ['calls a storage', call(global('torch', 'FloatStorage')), /in a way that no state dict does/],
    [
      'sets the state of an object',
      Buffer.concat([tensor({}), Buffer.from('}b')]),
      /sets the state of an object/,
    ],
    ['imports by number', Buffer.from([0x82, 1]), /opcode 0x82/],
    ['holds a number without end', Buffer.from([0x8a, 9, ...Array(9).fill(1)]), /more than 64 bits/],
    ['pushes without end', Buffer.alloc(1_100_000, 'N'), /nests or lists too much/],
    ['nests without end', Buffer.alloc(1_100_000, '('), /nests or lists too much/],
    ['recalls what it never stored', Buffer.from('h\u0007', 'latin1'), /recalls entry 7/],
  ])('that %s is refused', (_, value, message) => refuses(read(value), message));
});
