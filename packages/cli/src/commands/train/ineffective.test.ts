import { describe, expect, it } from 'vitest';
import type { TrainFlags } from './command.js';
import { ineffectiveFlags } from './ineffective.js';

const told = (flags: Partial<TrainFlags>, together = false): string[] => {
  const { nproc: _, resume: __, clip: ___, json: ____, quiet: _____, config: ______, ...run } = flags;
  return ineffectiveFlags(flags, { data: 'photos', model: 'small_cnn', ...run } as never, together);
};

describe('ineffectiveFlags', () => {
  it.each<[Partial<TrainFlags>, string]>([
    [{ logDir: 'x', log: ['mlflow'] }, '--log-dir does nothing without --log tensorboard'],
    [{ experiment: 'x', log: ['tensorboard'] }, '--experiment does nothing without --log mlflow or wandb'],
    [{ runName: 'x' }, '--run-name does nothing without --log mlflow or wandb'],
    [{ focalGamma: 2 }, '--focal-gamma does nothing without --loss focal'],
    [{ distillAlpha: 0.5 }, '--distill-alpha does nothing without --teacher'],
    [{ mixupMode: 'pair' }, '--mixup-mode does nothing without --mixup or --cutmix'],
    [
      { mixupSwitchProb: 0.3, mixup: 0.2 },
      '--mixup-switch-prob does nothing without both --mixup and --cutmix',
    ],
    [{ syncBatchNorm: true }, '--sync-batch-norm does nothing without several processes (--nproc)'],
  ])('tells of %o', (flags, sentence) => {
    expect(told(flags)).toEqual([sentence]);
  });

  it('is silent where they work, also by a preset', () => {
    expect(told({ logDir: 'x', log: ['tensorboard'] })).toEqual([]);
    expect(told({ experiment: 'x', runName: 'y', log: ['wandb'] })).toEqual([]);
    expect(told({ focalGamma: 1, loss: 'focal', distillAlpha: 0.1, teacher: 't.onnx' })).toEqual([]);
    expect(told({ mixupMode: 'pair', preset: 'best' })).toEqual([]);
    expect(told({ mixupSwitchProb: 0.3, mixup: 0.2, cutmix: 1 })).toEqual([]);
    expect(told({ syncBatchNorm: true }, true)).toEqual([]);
    expect(told({})).toEqual([]);
  });
});
