import { MAX_MIX_ALPHA } from '@saker/spec';
import { buildCommand } from '@stricli/core';
import type { CliContext } from '../../context.js';
import { type CommonFlags, commonFlags, examples } from '../../flags/common.js';
import { decimal, integer, perChannel, text } from '../../flags/parse.js';

export interface TrainFlags extends CommonFlags {
  readonly model?: string;
  readonly recipe?: 'scratch' | 'fine-tune';
  readonly epochs?: number;
  readonly batchSize?: number;
  readonly lr?: number;
  readonly optimizer?: 'sgd' | 'adam' | 'adamw' | 'rmsprop' | 'lamb' | 'lion';
  readonly schedule?:
    | 'cosine'
    | 'onecycle'
    | 'step'
    | 'multistep'
    | 'polynomial'
    | 'constant'
    | 'restarts'
    | 'plateau';
  readonly clip?: number;
  readonly clipMode?: 'norm' | 'value' | 'agc';
  readonly size?: number;
  readonly mean?: number[];
  readonly std?: number[];
  readonly mixup?: number;
  readonly cutmix?: number;
  readonly mixupMode?: 'batch' | 'pair' | 'element';
  readonly mixupSwitchProb?: number;
  readonly seed?: number;
  readonly threads?: number;
  readonly config?: string;
  readonly out?: string;
}

export const trainCommand = buildCommand<TrainFlags, [data?: string], CliContext>({
  loader: async () => (await import('./run.js')).train,
  parameters: {
    positional: {
      kind: 'tuple',
      parameters: [
        {
          placeholder: 'DATA',
          brief: 'Folder of class folders or of train/val/test, CSV/JSON manifest, or tar shards',
          parse: text('DATA', 'a path'),
          optional: true,
        },
      ],
    },
    flags: {
      model: {
        kind: 'parsed',
        brief: 'Name of a zoo model, or path of an .onnx file',
        placeholder: 'NAME|FILE.onnx',
        parse: text('--model', 'a model name or a path'),
        optional: true,
      },
      recipe: {
        kind: 'enum',
        values: ['scratch', 'fine-tune'],
        brief:
          'Train everything from new, or the head first and then everything gently; default: by the model',
        optional: true,
      },
      epochs: {
        kind: 'parsed',
        brief: 'Epochs with everything trainable',
        placeholder: 'N',
        parse: integer('--epochs', { min: 0, max: 100_000 }),
        optional: true,
      },
      batchSize: {
        kind: 'parsed',
        brief: 'Pictures per step',
        placeholder: 'N',
        parse: integer('--batch-size', { min: 1, max: 65_536 }),
        optional: true,
      },
      lr: {
        kind: 'parsed',
        brief: 'Peak learning rate',
        placeholder: 'X',
        parse: decimal('--lr', { min: 0, above: true }),
        optional: true,
      },
      optimizer: {
        kind: 'enum',
        values: ['sgd', 'adam', 'adamw', 'rmsprop', 'lamb', 'lion'],
        brief: 'Default: sgd for new convolutional networks, else adamw; the learning rate follows',
        optional: true,
      },
      schedule: {
        kind: 'enum',
        values: ['cosine', 'onecycle', 'step', 'multistep', 'polynomial', 'constant', 'restarts', 'plateau'],
        brief: "Curve of the learning rate, by PyTorch's names; default cosine with warm-up",
        optional: true,
      },
      clip: {
        kind: 'parsed',
        brief: 'Limit of the gradients; default: norm 5, value 1, agc 0.02',
        placeholder: 'X',
        parse: decimal('--clip', { min: 0, above: true }),
        optional: true,
      },
      clipMode: {
        kind: 'enum',
        values: ['norm', 'value', 'agc'],
        brief:
          'What --clip limits: the global norm, every value, or each unit against its weights; default norm',
        optional: true,
      },
      size: {
        kind: 'parsed',
        brief: 'Side of the input in pixels; default: the size the graph asks for',
        placeholder: 'N',
        parse: integer('--size', { min: 8, max: 4096 }),
        optional: true,
      },
      mean: {
        kind: 'parsed',
        brief: "Mean per channel of pixels in 0..1; default: the model file's own, else ImageNet's",
        placeholder: 'a,b,c',
        parse: perChannel('--mean'),
        optional: true,
      },
      std: {
        kind: 'parsed',
        brief: "Standard deviation per channel; default: the model file's own, else ImageNet's",
        placeholder: 'a,b,c',
        parse: perChannel('--std', { min: 0, above: true }),
        optional: true,
      },
      mixup: {
        kind: 'parsed',
        brief:
          'Blend pairs of pictures and their labels, lambda ~ Beta(A, A): 0.2 is mild, 0.8 strong; default 0: off',
        placeholder: 'A',
        parse: decimal('--mixup', { min: 0, max: MAX_MIX_ALPHA }),
        optional: true,
      },
      cutmix: {
        kind: 'parsed',
        brief: 'Paste boxes of one picture into another, labels by area, lambda ~ Beta(A, A); default 0: off',
        placeholder: 'A',
        parse: decimal('--cutmix', { min: 0, max: MAX_MIX_ALPHA }),
        optional: true,
      },
      mixupMode: {
        kind: 'enum',
        values: ['batch', 'pair', 'element'],
        brief: 'What shares one lambda: the batch, both pictures of a pair, or nothing; default batch',
        optional: true,
      },
      mixupSwitchProb: {
        kind: 'parsed',
        brief: 'With --mixup and --cutmix: probability of CutMix; default 0.5',
        placeholder: 'P',
        parse: decimal('--mixup-switch-prob', { min: 0, max: 1 }),
        optional: true,
      },
      seed: {
        kind: 'parsed',
        brief: 'Decides split, order, augmentation and new weights; default 0',
        placeholder: 'N',
        parse: integer('--seed', { min: 0, max: 0xffff_ffff }),
        optional: true,
      },
      threads: {
        kind: 'parsed',
        brief: 'Native threads; default: all cores',
        placeholder: 'N',
        parse: integer('--threads', { min: 1, max: 1024 }),
        optional: true,
      },
      config: {
        kind: 'parsed',
        brief: 'JSON run configuration; flags win over it',
        placeholder: 'FILE',
        parse: text('--config', 'a path'),
        optional: true,
      },
      out: {
        kind: 'parsed',
        brief: 'Where the trained model is written',
        placeholder: 'FILE.onnx',
        parse: text('--out', 'a path'),
        optional: true,
      },
      ...commonFlags,
    },
  },
  docs: {
    brief: 'Train a classifier and write it as one .onnx file',
    customUsage: ['DATA --model NAME|FILE.onnx [flags]'],
    fullDescription: examples(
      'Trains a zoo model or any ONNX classifier on labelled pictures. The written file carries its labels and ' +
        'its preprocessing, so evaluate, predict and serve need nothing else. Ctrl-C stops after the current ' +
        'step and keeps the best model so far. Pictures that cannot be read are named, counted and left out.',
      [
        'saker train photos --model resnet18 --size 96 --epochs 20 --out model.onnx',
        'saker train photos --model mobilenetv2.onnx --recipe fine-tune --mean 0.5,0.5,0.5 --std 0.5,0.5,0.5',
        'saker train photos --model resnet18 --size 96 --epochs 60 --mixup 0.2 --cutmix 1 --out model.onnx',
        'saker train photos.csv --config run.json --json',
      ],
    ),
  },
});
