/** ModelMetadata inside the .onnx file: metadata_props of the format, which any ONNX reader shows. */
import { create } from '@bufbuild/protobuf';
import { canonicalJson, type ModelMetadata, SAKER_VERSION } from '@saker/spec';
import { type StringStringEntryProto, StringStringEntryProtoSchema } from './gen/onnx_pb.js';
import { METADATA_KEY, metadataOf } from './header/metadata-of.js';
import type { OnnxModel } from './model.js';

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

/** As `metadataOf`, for a model that has been read. */
export function readMetadata(model: OnnxModel): ModelMetadata | null {
  const properties = new Map(model.proto.metadataProps.map(({ key, value }) => [key, value]));
  return metadataOf(properties, model.file);
}
