import {
  evalPipeline,
  makeModelMetadata,
  parseModelMetadata,
  parseRunConfig,
  SakerError,
  trainPipeline,
} from '@saker/spec';
import { describe, expect, it } from 'vitest';

const metadata = makeModelMetadata({
  labels: ['ants', 'bees'],
  eval: evalPipeline({ size: 224 }),
  train: trainPipeline({ size: 224 }),
});

function codeOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    return error instanceof SakerError ? error.code : `${error}`;
  }
  return 'accepted';
}

describe('ModelMetadata', () => {
  it('survives a trip through JSON', () => {
    expect(parseModelMetadata(JSON.parse(JSON.stringify(metadata)))).toEqual(metadata);
  });

  it('refuses a pipeline that was changed after it was hashed', () => {
    const tampered = JSON.parse(JSON.stringify(metadata));
    tampered.pipelines.eval.ops[0].size = [300];
    expect(codeOf(() => parseModelMetadata(tampered))).toBe('E_PIPELINE_HASH');
  });

  it('refuses repeated labels, an unknown task and a missing hash', () => {
    expect(codeOf(() => parseModelMetadata({ ...metadata, labels: ['a', 'a'] }))).toBe('E_MODEL_METADATA');
    expect(codeOf(() => parseModelMetadata({ ...metadata, task: 'segment' }))).toBe('E_MODEL_METADATA');
    expect(codeOf(() => parseModelMetadata({ ...metadata, pipelineHashes: {} }))).toBe('E_MODEL_METADATA');
  });
});

describe('parseRunConfig', () => {
  it('fills in defaults and names a field that is out of range', () => {
    expect(parseRunConfig({ model: 'resnet8', data: 'd' })).toMatchObject({
      seed: 0,
      focalGamma: 2,
      valFraction: 0.2,
    });
    expect(() => parseRunConfig({ model: 'resnet8', data: 'd', batchSize: 0 })).toThrow(/batchSize/);
    expect(codeOf(() => parseRunConfig({ model: 'resnet8', data: 'd', bachSize: 3 }))).toBe(
      'E_CONFIG_INVALID',
    );
  });
});
