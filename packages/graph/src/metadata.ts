/** ModelMetadata inside the .onnx file: metadata_props of the format, which any ONNX reader shows. */
import { create } from '@bufbuild/protobuf';
import {
  canonicalJson,
  type ModelMetadata,
  parseModelMetadata,
  SAKER_VERSION,
  SakerError,
} from '@saker/spec';
import { type StringStringEntryProto, StringStringEntryProtoSchema } from './gen/onnx_pb.js';
import type { OnnxModel } from './model.js';

/** Key of the whole ModelMetadata as canonical JSON: what Saker reads. The other saker.* keys repeat parts of it. */
export const METADATA_KEY = 'saker.metadata';
const PREFIX = 'saker.';

/**
 * A new model that carries `metadata`. Besides `saker.metadata`, plain keys for other readers: `saker.labels`
 * (JSON array), `saker.pipeline` (canonical JSON of the eval pipeline), `saker.pipeline_hash`, `saker.task`,
 * `saker.output`, `saker.version`. Earlier saker.* keys are replaced, foreign ones kept.
 */
export function embedMetadata(model: OnnxModel, metadata: ModelMetadata): OnnxModel {
  const entries: Record<string, string> = {
    [METADATA_KEY]: canonicalJson(metadata),
    'saker.labels': canonicalJson(metadata.labels),
    'saker.output': metadata.output,
    'saker.pipeline': canonicalJson(metadata.pipelines.eval),
    'saker.pipeline_hash': metadata.pipelineHashes.eval,
    'saker.task': metadata.task,
    'saker.version': SAKER_VERSION,
  };
  const own = Object.entries(entries).map(([key, value]) =>
    create(StringStringEntryProtoSchema, { key, value }),
  );
  return model.withProto({ metadataProps: [...foreignMetadata(model), ...own] });
}

/** The metadata entries that are not Saker's. */
export function foreignMetadata(model: OnnxModel): StringStringEntryProto[] {
  return model.proto.metadataProps.filter(({ key }) => !key.startsWith(PREFIX));
}

/**
 * The metadata a model carries, or null when it carries none. Throws E_MODEL_METADATA when it isn't valid or the
 * plain keys disagree with it, E_PIPELINE_INVALID, and E_PIPELINE_HASH when a pipeline doesn't match its hash.
 */
export function readMetadata(model: OnnxModel): ModelMetadata | null {
  const entries = new Map(model.proto.metadataProps.map(({ key, value }) => [key, value]));
  const text = entries.get(METADATA_KEY);
  if (text === undefined) return null;
  const fail = (detail: string, cause?: unknown) =>
    new SakerError('E_MODEL_METADATA', { file: model.file, detail }, { cause });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw fail(`${METADATA_KEY} is not JSON`, cause);
  }
  const metadata = parseModelMetadata(value, model.file);
  const expected: Record<string, string> = {
    'saker.labels': canonicalJson(metadata.labels),
    'saker.pipeline': canonicalJson(metadata.pipelines.eval),
  };
  const hash = entries.get('saker.pipeline_hash');
  if (hash !== undefined && hash !== metadata.pipelineHashes.eval) {
    const received = metadata.pipelineHashes.eval;
    throw new SakerError('E_PIPELINE_HASH', { file: model.file, expected: hash, received });
  }
  for (const [key, wanted] of Object.entries(expected)) {
    const found = entries.get(key);
    if (found !== undefined && found !== wanted) throw fail(`${key} differs from ${METADATA_KEY}`);
  }
  return metadata;
}
