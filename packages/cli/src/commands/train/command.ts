import { buildCommand } from '@stricli/core';
import type { CliContext } from '../../context.js';
import { type CommonFlags, commonFlags, examples } from '../../flags/common.js';
import { dataArgument } from '../../flags/data.js';
import { type AveragingFlags, averagingFlags } from './flags/averaging.js';
import { type CheckpointFlags, checkpointFlags } from './flags/checkpoint.js';
import { type DistributedFlags, distributedFlags } from './flags/distributed.js';
import { type EngineFlags, engineFlags } from './flags/engine.js';
import { type LoggingFlags, loggingFlags } from './flags/logging.js';
import { type ModelFlags, modelFlags } from './flags/model.js';
import { type OptimizationFlags, optimizationFlags } from './flags/optimization.js';
import { type PixelFlags, pixelFlags } from './flags/pixels.js';
import { type ProgressFlags, progressFlags } from './flags/progress.js';
import { type RunFlags, runFlags } from './flags/run.js';
import { type TaskFlags, taskFlags } from './flags/task.js';

export interface TrainFlags
  extends CommonFlags,
    EngineFlags,
    ModelFlags,
    OptimizationFlags,
    PixelFlags,
    RunFlags,
    AveragingFlags,
    ProgressFlags,
    CheckpointFlags,
    TaskFlags,
    DistributedFlags,
    LoggingFlags {}

export const trainCommand = buildCommand<TrainFlags, [data?: string], CliContext>({
  loader: async () => (await import('./run.js')).train,
  parameters: {
    positional: { kind: 'tuple', parameters: [dataArgument] },
    flags: {
      ...modelFlags,
      ...taskFlags,
      ...optimizationFlags,
      ...engineFlags,
      ...pixelFlags,
      ...averagingFlags,
      ...progressFlags,
      ...runFlags,
      ...checkpointFlags,
      ...loggingFlags,
      ...distributedFlags,
      ...commonFlags,
    },
  },
  docs: {
    brief: 'Train a classifier and write it as one .onnx file',
    customUsage: ['DATA --model NAME|FILE.onnx [flags]', '--resume RUN'],
    fullDescription: examples(
      'Trains a zoo model or any ONNX classifier on labelled pictures. The written file carries its labels and ' +
        'its preprocessing, so evaluate, predict and serve need nothing else. Ctrl-C stops after the current ' +
        'step and keeps the best model so far; --resume goes on from there, also after a crash. Pictures that cannot be read are named, counted and left out.',
      [
        'saker train photos --model resnet18 --size 96 --epochs 20 --out model.onnx',
        'saker train photos --model mobilenetv2.onnx --recipe fine-tune --mean 0.5,0.5,0.5 --std 0.5,0.5,0.5',
        'saker train photos --model resnet18 --size 96 --epochs 60 --mixup 0.2 --cutmix 1 --out model.onnx',
        'saker train photos --model resnet50 --weights auto --out model.onnx',
        'saker train photos.csv --config run.json --json',
        'saker train photos --model resnet18 --size 96 --log tensorboard,mlflow --gradient-report',
        'saker train photos --model resnet18 --nproc 2 --batch-size 32',
        'saker train labels.csv --task multi --model resnet18 --size 96 --loss asymmetric',
        'saker train photos --model small_cnn --size 64 --class-weights inverse --sampler balanced',
        'saker train photos --model small_cnn --size 96 --teacher resnet18.onnx --distill-alpha 0.7',
        'saker train --resume model.run',
      ],
    ),
  },
});
