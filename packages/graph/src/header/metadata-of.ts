import { canonicalJson, type ModelMetadata, parseModelMetadata, SakerError } from '@saker/spec';

/** Key of the whole ModelMetadata as canonical JSON: what Saker reads. The other saker.* keys repeat parts of it. */
export const METADATA_KEY = 'saker.metadata';

/**
 * The metadata among a model's properties, or null when there is none. Throws E_MODEL_METADATA when it isn't valid or the
 * plain keys disagree with it, E_PIPELINE_INVALID, and E_PIPELINE_HASH when a pipeline doesn't match its hash.
 * @param file names the model in errors.
 */
export function metadataOf(properties: ReadonlyMap<string, string>, file: string): ModelMetadata | null {
  const text = properties.get(METADATA_KEY);
  if (text === undefined) return null;
  const fail = (detail: string, cause?: unknown) =>
    new SakerError('E_MODEL_METADATA', { file, detail }, { cause });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw fail(`${METADATA_KEY} is not JSON`, cause);
  }
  const metadata = parseModelMetadata(value, file);
  const expected: Record<string, string> = {
    'saker.labels': canonicalJson(metadata.labels),
    'saker.pipeline': canonicalJson(metadata.pipelines.eval),
  };
  const hash = properties.get('saker.pipeline_hash');
  if (hash !== undefined && hash !== metadata.pipelineHashes.eval) {
    const received = metadata.pipelineHashes.eval;
    throw new SakerError('E_PIPELINE_HASH', { file, expected: hash, received });
  }
  for (const [key, wanted] of Object.entries(expected)) {
    const found = properties.get(key);
    if (found !== undefined && found !== wanted) throw fail(`${key} differs from ${METADATA_KEY}`);
  }
  return metadata;
}
