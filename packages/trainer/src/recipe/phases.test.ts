import { parseRunConfig } from '@saker/spec';
import { describe, expect, it } from 'vitest';
import { type ModelFacts, resolveConfig } from '../config/resolve.js';
import { planPhases } from './phases.js';
import type { RecipeParameter } from './recipe.js';

const file: ModelFacts = {
  source: 'file',
  metadata: null,
  checkpoint: null,
  input: { channels: 3, height: 224, width: 224 },
  hasBatchNorm: true,
};
const parameters: RecipeParameter[] = [
  { name: 'conv1.weight', dims: [8, 3, 3, 3], head: false, depth: 0, layersBelow: 2 },
  { name: 'bn1.weight', dims: [8], head: false, depth: 0, layersBelow: 2 },
  { name: 'conv2.weight', dims: [8, 8, 3, 3], head: false, depth: 1, layersBelow: 1 },
  { name: 'head.weight', dims: [2, 8], head: true, depth: 1, layersBelow: 0 },
  { name: 'head.bias', dims: [2], head: true, depth: 1, layersBelow: 0 },
];
const resolve = (more: object, facts = file) =>
  resolveConfig(parseRunConfig({ model: 'm.onnx', data: 'd', ...more }), facts);
const groupOf = (phase: ReturnType<typeof planPhases>[number] | undefined, name: string) =>
  phase?.groups.find((group) => group.params.includes(name));

describe('the fine-tune recipe', () => {
  const [head, all, ...rest] = planPhases(resolve({ discriminative: 0.1, lr: 1e-3 }), parameters);

  it('trains the head alone first, then everything', () => {
    expect(rest).toEqual([]);
    expect(head?.groups.flatMap((g) => g.params).sort()).toEqual(['head.bias', 'head.weight']);
    expect(all?.groups.flatMap((g) => g.params)).toHaveLength(parameters.length);
  });

  it('lowers the rate towards the input by the discriminative factor', () => {
    expect(groupOf(all, 'conv1.weight')?.lr).toBeCloseTo(1e-4);
    expect(groupOf(all, 'conv2.weight')?.lr).toBeCloseTo(1e-3);
    expect(groupOf(all, 'head.weight')?.lr).toBeCloseTo(1e-2);
  });

  it('takes a layer-wise decay in place of both', () => {
    const [, all] = planPhases(resolve({ layerDecay: 0.5, lr: 1e-3 }), parameters);
    const rates = parameters.map(({ name }) => groupOf(all, name)?.lr);
    expect(rates).toEqual([2.5e-4, 2.5e-4, 5e-4, 1e-3, 1e-3]);
    const [scratch] = planPhases(resolve({ recipe: 'scratch', layerDecay: 0.5, lr: 1e-3 }), parameters);
    expect(groupOf(scratch, 'bn1.weight')?.lr).toBe(2.5e-4);
  });

  it('decays matrices and kernels but neither norms nor biases', () => {
    expect(groupOf(all, 'conv1.weight')?.weightDecay).toBeGreaterThan(0);
    expect(groupOf(all, 'bn1.weight')?.weightDecay).toBe(0);
    expect(groupOf(all, 'head.bias')?.weightDecay).toBe(0);
  });

  it('keeps adaptive clipping away from the head', () => {
    expect(groupOf(all, 'head.weight')?.clipAdaptive).toBe(false);
    expect(groupOf(all, 'conv1.weight')?.clipAdaptive).toBe(true);
  });

  it('starts each optimiser where it works', () => {
    expect(resolve({ optimizer: 'lion' }).lr).toBeCloseTo(1e-5);
    expect(resolve({ optimizer: 'lion' }).weightDecay).toBeCloseTo(0.1);
    expect(resolve({ clipMode: 'agc' }).clipGradNorm).toBe(0.02);
    expect(resolve({ clipGradNorm: null }).clipGradNorm).toBeNull();
  });

  it('leaves out a phase without epochs', () => {
    expect(planPhases(resolve({ headEpochs: 0 }), parameters).map((p) => p.name)).toEqual(['all']);
    expect(planPhases(resolve({ epochs: 0 }), parameters).map((p) => p.name)).toEqual(['head']);
  });
});

describe('the scratch recipe', () => {
  it('trains everything at one rate that grows with the batch', () => {
    const zoo: ModelFacts = { ...file, source: 'zoo' };
    const [small] = planPhases(resolve({ batchSize: 64 }, zoo), parameters);
    const [large] = planPhases(resolve({ batchSize: 128 }, zoo), parameters);
    expect(small?.name).toBe('all');
    expect(new Set(small?.groups.map((g) => g.lr)).size).toBe(1);
    expect((large?.lr ?? 0) / (small?.lr ?? 1)).toBeCloseTo(2);
  });
});
