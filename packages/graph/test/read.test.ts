import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { create, toBinary } from '@bufbuild/protobuf';
import { buildModel, readModel, readTensor, writeModel } from '@saker/graph';
import { SakerError } from '@saker/spec';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { ModelProtoSchema, StringStringEntryProtoSchema } from '../src/gen/onnx_pb.js';

const folder = mkdtempSync(path.join(tmpdir(), 'saker-graph-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const good = writeModel(buildModel('resnet8', { numClasses: 3, size: 16, seed: 1 }));

/** The error code of what `action` throws; fails the test for anything but a SakerError. */
function codeOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    expect(error).toBeInstanceOf(SakerError);
    return (error as SakerError).code;
  }
  return 'none';
}

describe('readModel refuses what is no model', () => {
  it.each([
    ['no bytes', new Uint8Array(0)],
    ['zeros', new Uint8Array(4096)],
    ['text', Buffer.from('a photograph of a hawk, certainly not a graph\n'.repeat(40))],
    ['a PNG signature', Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex')],
    ['an empty message', toBinary(ModelProtoSchema, create(ModelProtoSchema, { irVersion: 8n }))],
  ])('%s', (_name, bytes) => {
    expect(codeOf(() => readModel(bytes))).toBe('E_MODEL_NOT_ONNX');
  });

  it('a model without graph, nodes, outputs, IR version or operator set', () => {
    const { proto } = readModel(good);
    const variants = [
      { ...proto, graph: undefined },
      { ...proto, graph: { ...proto.graph!, node: [] } },
      { ...proto, graph: { ...proto.graph!, output: [] } },
      { ...proto, irVersion: 0n },
      { ...proto, opsetImport: [] },
    ];
    for (const variant of variants) {
      const bytes = toBinary(ModelProtoSchema, create(ModelProtoSchema, variant));
      expect(codeOf(() => readModel(bytes))).toBe('E_MODEL_NOT_ONNX');
    }
  });

  it('a graph whose nodes read values that nothing makes, or are out of order', () => {
    const { proto } = readModel(good);
    const shuffled = { ...proto.graph!, node: [...proto.graph!.node].reverse() };
    const bytes = toBinary(ModelProtoSchema, create(ModelProtoSchema, { ...proto, graph: shuffled }));
    expect(() => readModel(bytes)).toThrow(/which nothing before it makes/);
  });

  it('a tensor whose bytes do not fit its dims', () => {
    const { proto } = readModel(good);
    const [first, ...others] = proto.graph!.initializer;
    const wrong = { ...first!, rawData: first!.rawData.slice(4) };
    const graph = { ...proto.graph!, initializer: [wrong, ...others] };
    const bytes = toBinary(ModelProtoSchema, create(ModelProtoSchema, { ...proto, graph }));
    expect(codeOf(() => readModel(bytes))).toBe('E_MODEL_TENSOR');
  });

  it('a file cut off at any length', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: good.length - 1 }), (length) => {
        expect(codeOf(() => readModel(good.subarray(0, length)))).toBe('E_MODEL_NOT_ONNX');
      }),
      { numRuns: 200, seed: 1 },
    );
  });

  it('random bytes, and never with an error of the protobuf library', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 300 }), (bytes) => {
        expect(codeOf(() => readModel(bytes))).toBe('E_MODEL_NOT_ONNX');
      }),
      { numRuns: 300, seed: 2 },
    );
  });

  it('damage in the middle of a file either reads as a model or gives a typed error', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: good.length - 1 }),
        fc.integer({ min: 0, max: 255 }),
        (at, value) => {
          const bytes = new Uint8Array(good);
          bytes[at] = value;
          codeOf(() => readModel(bytes));
        },
      ),
      { numRuns: 300, seed: 3 },
    );
  });

  it('a missing file and a folder, by their own codes', () => {
    expect(codeOf(() => readModel(path.join(folder, 'absent.onnx')))).toBe('E_FILE_NOT_FOUND');
    expect(codeOf(() => readModel(folder))).toBe('E_FILE_READ');
  });
});

describe('writeModel', () => {
  it('keeps fields it does not know', () => {
    const unknown = Uint8Array.of(0xfa, 0x3f, 3, 1, 2, 3); // field 1023, 3 bytes
    const bytes = new Uint8Array([...good, ...unknown]);
    expect(Buffer.compare(writeModel(readModel(bytes)), bytes)).toBe(0);
  });

  it('writes what it read, byte for byte, for any zoo seed', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 32 - 1 }), (seed) => {
        const bytes = writeModel(buildModel('small_cnn', { numClasses: 2, size: 8, seed }));
        expect(Buffer.compare(writeModel(readModel(bytes)), bytes)).toBe(0);
      }),
      { numRuns: 5 },
    );
  });
});

describe('external data', () => {
  const { proto } = readModel(good);
  const [first, ...others] = proto.graph!.initializer;
  const external = (location: string) => {
    const { rawData: _, ...rest } = first!;
    const entries = [
      { key: 'location', value: location },
      { key: 'offset', value: '16' },
      { key: 'length', value: String(first!.rawData.length) },
    ];
    const moved = {
      ...rest,
      dataLocation: 1,
      externalData: entries.map((entry) => create(StringStringEntryProtoSchema, entry)),
    };
    const graph = { ...proto.graph!, initializer: [moved, ...others] };
    return toBinary(ModelProtoSchema, create(ModelProtoSchema, { ...proto, graph } as never));
  };

  it('is read beside a file given by its path', () => {
    const file = path.join(folder, 'external.onnx');
    writeFileSync(file, external('weights.bin'));
    writeFileSync(path.join(folder, 'weights.bin'), Buffer.concat([Buffer.alloc(16), first!.rawData]));
    const tensor = readModel(file).initializer(first!.name)!;
    expect(Buffer.compare(readTensor(tensor).data, first!.rawData)).toBe(0);
  });

  it('is a typed error outside the folder, absent or too short', () => {
    const inner = path.join(folder, 'inner');
    mkdirSync(inner);
    const file = path.join(inner, 'bad.onnx');
    const whole = Buffer.concat([Buffer.alloc(16), first!.rawData]);
    writeFileSync(path.join(folder, 'outside.bin'), whole);
    writeFileSync(path.join(inner, 'short.bin'), Buffer.alloc(20));
    const cases: [string, RegExp][] = [
      ['../outside.bin', /is not a file beside the model/],
      [path.join(folder, 'outside.bin'), /is not a file beside the model/],
      ['', /is not a file beside the model/],
      ['absent.bin', /absent.bin cannot be opened/],
      ['short.bin', /are not in short.bin, which holds 20/],
    ];
    for (const [location, message] of cases) {
      writeFileSync(file, external(location));
      expect(codeOf(() => readModel(file))).toBe('E_MODEL_EXTERNAL_DATA');
      expect(() => readModel(file)).toThrow(message);
    }
  });

  it('is a typed error when the model is given as bytes', () => {
    const fromBytes = readModel(external('weights.bin'));
    expect(codeOf(() => readTensor(fromBytes.initializer(first!.name)!))).toBe('E_MODEL_EXTERNAL_DATA');
  });
});
