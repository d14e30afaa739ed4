import { create } from '@bufbuild/protobuf';
import {
  buildModel,
  embedMetadata,
  METADATA_KEY,
  type OnnxModel,
  readMetadata,
  readModel,
  writeModel,
} from '@saker/graph';
import { evalPipeline, makeModelMetadata, pipelineHash, SakerError } from '@saker/spec';
import { InferenceSession } from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { StringStringEntryProtoSchema } from '../src/gen/onnx_pb.js';

const pipeline = evalPipeline({ size: 16, mean: [0.5, 0.5, 0.5], std: [0.25, 0.25, 0.25] });
const metadata = makeModelMetadata({ labels: ['hawk', 'Eule "gro\u00df"', '\u732b'], eval: pipeline });
const model = buildModel('small_cnn', { numClasses: 3, size: 16, seed: 1 });

/** The model with one metadata entry changed. */
function edited(source: OnnxModel, key: string, change: (value: string) => string): OnnxModel {
  const metadataProps = source.proto.metadataProps.map((entry) =>
    entry.key === key ? create(StringStringEntryProtoSchema, { key, value: change(entry.value) }) : entry,
  );
  return source.withProto({ metadataProps });
}

function codeOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    return error instanceof SakerError ? error.code : String(error);
  }
  return 'none';
}

describe('metadata in a model file', () => {
  it('comes back equal after writing and reading, and the file still runs', async () => {
    const bytes = writeModel(embedMetadata(model, metadata));
    expect(readMetadata(readModel(bytes))).toEqual(metadata);
    const session = await InferenceSession.create(bytes);
    expect(session.outputNames).toEqual(['logits']);
    await session.release();
  });

  it('is also there in plain keys for other readers', () => {
    const entries = new Map(embedMetadata(model, metadata).proto.metadataProps.map((e) => [e.key, e.value]));
    expect(JSON.parse(entries.get('saker.labels')!)).toEqual(metadata.labels);
    expect(JSON.parse(entries.get('saker.pipeline')!)).toEqual(pipeline);
    expect(entries.get('saker.pipeline_hash')).toBe(pipelineHash(pipeline));
    expect(entries.get('saker.task')).toBe('single-label');
    expect(entries.get('saker.output')).toBe('logits');
    expect(entries.get('saker.version')).toMatch(/^\d+\.\d+\.\d+/);
  });

  it('is null for a file without it', () => {
    expect(readMetadata(model)).toBeNull();
  });

  it('replaces earlier metadata and keeps foreign entries', () => {
    const foreign = create(StringStringEntryProtoSchema, { key: 'license', value: 'MIT' });
    const first = embedMetadata(model.withProto({ metadataProps: [foreign] }), metadata);
    const other = makeModelMetadata({ labels: ['a', 'b', 'c'], eval: pipeline });
    const second = embedMetadata(first, other);
    expect(readMetadata(second)?.labels).toEqual(['a', 'b', 'c']);
    expect(second.proto.metadataProps.filter((e) => e.key === METADATA_KEY)).toHaveLength(1);
    expect(second.proto.metadataProps[0]).toMatchObject({ key: 'license', value: 'MIT' });
    expect(readMetadata(first)).toEqual(metadata);
  });

  it('is refused when a pipeline was changed and its hash was not', () => {
    const carried = embedMetadata(model, metadata);
    const changed = edited(carried, METADATA_KEY, (text) => text.replace('0.25', '0.26'));
    expect(codeOf(() => readMetadata(changed))).toBe('E_PIPELINE_HASH');
    const otherHash = edited(carried, 'saker.pipeline_hash', () => `sha256:${'0'.repeat(64)}`);
    expect(codeOf(() => readMetadata(otherHash))).toBe('E_PIPELINE_HASH');
  });

  it('is refused when it is not JSON, not metadata, or disagrees with the plain keys', () => {
    const carried = embedMetadata(model, metadata);
    for (const text of ['{', '[]', 'null', '{"version":1}']) {
      expect(codeOf(() => readMetadata(edited(carried, METADATA_KEY, () => text)))).toBe('E_MODEL_METADATA');
    }
    const labels = edited(carried, 'saker.labels', () => '["a","b","c"]');
    expect(codeOf(() => readMetadata(labels))).toBe('E_MODEL_METADATA');
  });
});
