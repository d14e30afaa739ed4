import { buildModel, embedMetadata, readMetadata, readModel, writeModel } from '@saker/graph';
import { METADATA_KEY, metadataOf, readModelProperties } from '@saker/graph/header';
import { evalPipeline, makeModelMetadata } from '@saker/spec';
import { describe, expect, it } from 'vitest';

const metadata = makeModelMetadata({
  labels: ['a long label '.repeat(40), 'höher', 'c'],
  eval: evalPipeline({ size: 32 }),
});
const bytes = writeModel(
  embedMetadata(buildModel('small_cnn', { numClasses: 3, size: 32, seed: 1 }), metadata),
);

describe('readModelProperties', () => {
  it('gives what the whole model gives, from shared memory too', () => {
    const model = readModel(bytes);
    const wanted = model.proto.metadataProps.map(({ key, value }) => [key, value]);
    const shared = new Uint8Array(new SharedArrayBuffer(bytes.byteLength));
    shared.set(bytes);
    expect([...readModelProperties(bytes)]).toEqual(wanted);
    expect([...readModelProperties(shared)]).toEqual(wanted);
    expect(metadataOf(readModelProperties(shared), 'x')).toEqual(readMetadata(model));
  });

  it('says of a file without metadata that there is none', () => {
    const plain = writeModel(buildModel('small_cnn', { numClasses: 3, size: 32, seed: 1 }));
    expect(readModelProperties(plain).has(METADATA_KEY)).toBe(false);
    expect(metadataOf(readModelProperties(plain), 'x')).toBeNull();
  });

  it('refuses other bytes, and a model that was cut anywhere', () => {
    const others = [new Uint8Array(), Buffer.from('not a model at all'), new Uint8Array(64).fill(0xff)];
    for (let cut = 1; cut < bytes.byteLength; cut += Math.ceil(bytes.byteLength / 97))
      others.push(bytes.slice(0, cut));
    const codes = others.map((other) => {
      try {
        // A cut between two fields leaves a well-formed file; then what is missing must show.
        return readModelProperties(other).has('saker.version') ? 'whole' : 'cut between fields';
      } catch (thrown) {
        return (thrown as { code: string }).code;
      }
    });
    expect(new Set(codes)).toEqual(new Set(['E_MODEL_NOT_ONNX']));
  });
});
