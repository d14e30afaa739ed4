import { buildCommand, buildRouteMap, type FlagParametersForType } from '@stricli/core';
import type { CliContext } from '../../context.js';
import { type CommonFlags, commonFlags, examples } from '../../flags/common.js';
import { decimal, integer, text } from '../../flags/parse.js';
import {
  batchSizeField,
  epochsField,
  lrField,
  meanField,
  modelField,
  outField,
  seedField,
  sizeField,
  stdField,
  threadsField,
} from '../../flags/run-fields.js';

/** Flags that both methods have. */
export interface PretrainFlags extends CommonFlags {
  readonly model: string;
  readonly size?: number;
  readonly epochs?: number;
  readonly batchSize?: number;
  readonly lr?: number;
  readonly temperature?: number;
  readonly projection?: number;
  readonly mean?: number[];
  readonly std?: number[];
  readonly seed?: number;
  readonly threads?: number;
  readonly probe?: string;
  readonly out?: string;
}

export interface DinoFlags extends PretrainFlags {
  readonly localViews?: number;
  readonly localSize?: number;
  readonly teacherTemperature?: number;
  readonly teacherMomentum?: number;
}

const data = {
  placeholder: 'DATA',
  brief: 'Folder of pictures, at any depth',
  parse: text('DATA', 'a path'),
};

const shared: FlagParametersForType<PretrainFlags, CliContext> = {
  model: { ...modelField, optional: false },
  size: { ...sizeField, brief: 'Side of the views in pixels; default: the size the graph asks for' },
  epochs: { ...epochsField(1), brief: 'Passes over the pictures; default 100' },
  batchSize: { ...batchSizeField(2), brief: 'Pictures per step; default 64' },
  lr: { ...lrField, brief: "Peak learning rate of AdamW; default 1e-3, dino's 5e-4" },
  temperature: {
    kind: 'parsed',
    brief: "How sharply views are told apart; default 0.5, dino's student 0.1",
    placeholder: 'X',
    parse: decimal('--temperature', { min: 0, above: true }),
    optional: true,
  },
  projection: {
    kind: 'parsed',
    brief: 'Outputs of the projection head; default 128, dino 1024',
    placeholder: 'N',
    parse: integer('--projection', { min: 2, max: 1_000_000 }),
    optional: true,
  },
  mean: {
    ...meanField('R,G,B'),
    brief: "Mean of each channel of pictures in 0..1; default: the model's own, or ImageNet's",
  },
  std: { ...stdField('R,G,B'), brief: 'Standard deviation of each channel, likewise' },
  seed: { ...seedField, brief: 'Decides order, views and new weights; default 0' },
  threads: threadsField,
  probe: {
    kind: 'parsed',
    brief: 'Labelled pictures that the backbone is measured on, before and after',
    placeholder: 'LABELLED',
    parse: text('--probe', 'a path'),
    optional: true,
  },
  out: { ...outField, brief: 'Where the backbone is written; default backbone.onnx' },
  ...commonFlags,
};

const simclr = buildCommand<PretrainFlags, [data: string], CliContext>({
  loader: async () => (await import('./run.js')).simclr,
  parameters: { positional: { kind: 'tuple', parameters: [data] }, flags: shared },
  docs: {
    brief: 'Learn a backbone by telling pictures apart (SimCLR)',
    fullDescription: examples(
      'Needs no labels: two random views of a picture are to be found among all views of a step. Larger batches make ' +
        'that harder, and the backbone better. The written file is fine-tuned by saker train. Ctrl-C stops after the ' +
        'current step and writes what was learned.',
      [
        'saker pretrain simclr photos --model resnet18 --size 96 --batch-size 128 --out backbone.onnx',
        'saker pretrain simclr photos --model small_cnn --size 32 --epochs 50 --probe labelled',
        'saker train labelled --model backbone.onnx --recipe fine-tune',
      ],
    ),
  },
});

const dino = buildCommand<DinoFlags, [data: string], CliContext>({
  loader: async () => (await import('./run.js')).dino,
  parameters: {
    positional: { kind: 'tuple', parameters: [data] },
    flags: {
      ...shared,
      localViews: {
        kind: 'parsed',
        brief: 'Small views of each picture beside the two large ones; default 4',
        placeholder: 'N',
        parse: integer('--local-views', { min: 0, max: 32 }),
        optional: true,
      },
      localSize: {
        kind: 'parsed',
        brief: 'Side of the small views; default: half, where the graph takes any size',
        placeholder: 'N',
        parse: integer('--local-size', { min: 8, max: 4096 }),
        optional: true,
      },
      teacherTemperature: {
        kind: 'parsed',
        brief: "How sharp the teacher's answers are; default 0.04",
        placeholder: 'X',
        parse: decimal('--teacher-temperature', { min: 0, above: true }),
        optional: true,
      },
      teacherMomentum: {
        kind: 'parsed',
        brief: 'Share of the teacher that a step keeps, at first; default 0.996, less for short runs',
        placeholder: 'X',
        parse: decimal('--teacher-momentum', { min: 0, max: 1 }),
        optional: true,
      },
    },
  },
  docs: {
    brief: 'Learn a backbone by agreeing with its own moving average (DINO)',
    fullDescription: examples(
      'Needs no labels: a network that sees part of a picture is to answer as its own moving average does that sees most ' +
        'of it. The written file holds that average and is fine-tuned by saker train.',
      [
        'saker pretrain dino photos --model resnet18 --size 96 --out backbone.onnx',
        'saker pretrain dino photos --model small_cnn --size 64 --epochs 30 --teacher-momentum 0.98 --probe labelled',
      ],
    ),
  },
});

export const pretrainRoutes = buildRouteMap<string, CliContext>({
  routes: { simclr, dino },
  docs: { brief: 'Learn a backbone from pictures without labels' },
});
