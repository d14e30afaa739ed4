import {
  evalPipeline,
  makeModelMetadata,
  parseRunConfig,
  type RunConfigInput,
  SakerError,
} from '@saker/spec';
import { describe, expect, it } from 'vitest';
import { type ModelFacts, resolveConfig, resolvePipelines } from './resolve.js';

const open: ModelFacts = {
  source: 'file',
  metadata: null,
  checkpoint: null,
  input: { channels: 3, height: 224, width: 224 },
  hasBatchNorm: false,
};
const pipelines = (facts: ModelFacts, more: Partial<RunConfigInput> = {}) =>
  resolvePipelines(resolveConfig(parseRunConfig({ model: 'm.onnx', data: 'd', ...more }), facts), facts);
const normalize = (spec: { ops: readonly { op: string }[] }) => spec.ops.find((op) => op.op === 'Normalize');

describe('resolvePipelines', () => {
  it("uses ImageNet's statistics at the graph's input size when nothing else is known", () => {
    const { eval: spec, train } = pipelines(open);
    expect(spec.ops[1]).toEqual({ op: 'CenterCrop', size: [224, 224] });
    expect(normalize(spec)).toMatchObject({ mean: [0.485, 0.456, 0.406] });
    expect(normalize(train)).toEqual(normalize(spec));
  });

  it("prefers the model file's own eval pipeline, and a flag over both", () => {
    const own = evalPipeline({ size: 192, mean: [0.1, 0.2, 0.3], std: [1, 1, 1], resize: 200 });
    const facts = { ...open, metadata: makeModelMetadata({ labels: ['a', 'b'], eval: own }) };
    expect(pipelines(facts).eval).toEqual(own);
    expect(normalize(pipelines(facts).train)).toMatchObject({ mean: [0.1, 0.2, 0.3] });
    expect(normalize(pipelines(facts, { mean: [0.5] }).eval)).toMatchObject({ mean: [0.5, 0.5, 0.5] });
  });

  it('makes grey pipelines for one-channel graphs', () => {
    const { eval: spec } = pipelines(
      { ...open, input: { channels: 1, height: 28, width: 28 } },
      { mean: [0.1307], std: [0.3081] },
    );
    expect(spec.output.channels).toBe(1);
    expect(normalize(spec)).toMatchObject({ mean: [0.1307] });
  });

  it('puts a policy behind crop and flip of training pictures only', () => {
    const { eval: spec, train } = pipelines(open, { augment: 'TrivialAugmentWide', erase: 0.1 });
    expect(train.ops.map(({ op }) => op)).toEqual([
      'RandomResizedCrop',
      'RandomHorizontalFlip',
      'TrivialAugmentWide',
      'RandomErasing',
      'Normalize',
    ]);
    expect(spec).toEqual(pipelines(open).eval);
  });

  it('keeps thumbnails whole unless an area is asked for', () => {
    const first = (more: Partial<RunConfigInput>) => pipelines(open, { size: 32, ...more }).train.ops[0];
    expect(first({})).toMatchObject({ op: 'Resize', size: [32, 32] });
    expect(first({ scale: [0.08, 1] })).toMatchObject({ op: 'RandomResizedCrop', scale: [0.08, 1] });
  });

  it('asks for --size when the graph leaves it open', () => {
    const facts = { ...open, input: { channels: 3, height: null, width: null } };
    expect(() => pipelines(facts)).toThrow(SakerError);
    expect(pipelines(facts, { size: 96 }).eval.ops[1]).toEqual({ op: 'CenterCrop', size: [96, 96] });
  });
});
