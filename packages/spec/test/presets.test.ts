import { OPS, PIPELINE_PRESETS, parsePipeline, pipelinePreset, SakerError } from '@saker/spec';
import { describe, expect, it } from 'vitest';

const opsOf = (name: string) => pipelinePreset(name).ops;

describe('pipeline presets', () => {
  it.each(PIPELINE_PRESETS.map((preset) => [preset.name] as const))('%s is canonical', (name) => {
    const spec = pipelinePreset(name);
    expect(parsePipeline(JSON.parse(JSON.stringify(spec)))).toEqual(spec);
  });

  it('say truthfully whether they draw at random', () => {
    for (const { name, random } of PIPELINE_PRESETS) {
      const draws = opsOf(name).some(({ op }) => OPS.some((o) => o.name === op && o.randomWords > 0));
      expect({ name, random: draws }).toEqual({ name, random });
    }
  });

  it('train224-jitter is train224 with ColorJitter before Normalize', () => {
    const plain = opsOf('train224');
    const jitter = opsOf('train224-jitter');
    expect(jitter.filter(({ op }) => op !== 'ColorJitter')).toEqual(plain);
    expect(jitter[2]).toEqual({
      op: 'ColorJitter',
      brightness: [0.6, 1.4],
      contrast: [0.6, 1.4],
      saturation: [0.6, 1.4],
      hue: [-0.1, 0.1],
    });
    expect(plain.map(({ op }) => op)).toEqual(['RandomResizedCrop', 'RandomHorizontalFlip', 'Normalize']);
  });

  it("timm's training jitter leaves the hue alone", () => {
    expect(opsOf('timm-train224')[2]).toMatchObject({ op: 'ColorJitter', saturation: [0.6, 1.4], hue: null });
  });

  it('evaluation presets resize the short side to what their library does', () => {
    const resize = (name: string) => (opsOf(name)[0] as unknown as { size: number[] }).size;
    expect(resize('eval224')).toEqual([256]);
    expect(resize('torchvision-eval224')).toEqual([256]);
    expect(resize('torchvision-eval224-v2')).toEqual([232]);
    expect(resize('timm-eval224')).toEqual([256]);
  });

  it('an unknown name gets the nearest one and the list', () => {
    try {
      pipelinePreset('train-224');
      throw new Error('the name was accepted');
    } catch (error) {
      expect(error).toBeInstanceOf(SakerError);
      expect((error as SakerError).code).toBe('E_PIPELINE_UNKNOWN');
      expect((error as SakerError).message).toContain('the nearest is train224');
      expect((error as SakerError).hint).toContain('timm-eval224');
    }
  });
});
