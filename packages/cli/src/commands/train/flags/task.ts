import { LOSSES, SAMPLERS, TASKS } from '@saker/spec';
import type { FlagParametersForType } from '@stricli/core';
import type { CliContext } from '../../../context.js';
import { decimal, text } from '../../../flags/parse.js';

/** Flags of `saker train`: what is learned, how errors are weighed, and whom the network learns from. */
export interface TaskFlags {
  readonly task?: (typeof TASKS)[number];
  readonly positive?: string;
  readonly labelSeparator?: string;
  readonly loss?: (typeof LOSSES)[number];
  readonly labelSmoothing?: number;
  readonly focalGamma?: number;
  readonly classWeights?: string;
  readonly sampler?: (typeof SAMPLERS)[number];
  readonly teacher?: string;
  readonly distillAlpha?: number;
  readonly distillTemperature?: number;
  readonly distillFeatures?: number;
}

export const taskFlags: FlagParametersForType<TaskFlags, CliContext> = {
  task: {
    kind: 'enum',
    values: TASKS,
    brief: 'One class a picture, any number of labels, or one of two classes; default: by the data',
    optional: true,
  },
  positive: {
    kind: 'parsed',
    brief: 'With --task binary: the class whose probability is told; default: the second by name',
    placeholder: 'CLASS',
    parse: text('--positive', 'the name of a class'),
    optional: true,
  },
  labelSeparator: {
    kind: 'parsed',
    brief: 'What divides the labels in a cell of a CSV; default: | or ;',
    placeholder: 'TEXT',
    parse: text('--label-separator', 'a character'),
    optional: true,
  },
  loss: {
    kind: 'enum',
    values: LOSSES,
    brief: 'What errors cost; default: cross-entropy, with --task multi or binary bce',
    optional: true,
  },
  labelSmoothing: {
    kind: 'parsed',
    brief: 'Share of the target that is spread evenly; default 0.1, with --task multi or binary 0',
    placeholder: 'X',
    parse: decimal('--label-smoothing', { min: 0, max: 0.99 }),
    optional: true,
  },
  focalGamma: {
    kind: 'parsed',
    brief: 'With --loss focal: how little easy pictures count; default 2',
    placeholder: 'X',
    parse: decimal('--focal-gamma', { min: 0, max: 20 }),
    optional: true,
  },
  classWeights: {
    kind: 'parsed',
    brief:
      'Weigh classes by inverse frequency, effective number of pictures, or a JSON file {"class": weight}',
    placeholder: 'inverse|effective|FILE',
    parse: text('--class-weights', 'inverse, effective or a path'),
    optional: true,
  },
  sampler: {
    kind: 'enum',
    values: SAMPLERS,
    brief: 'Every picture once an epoch, or every class about equally often; default shuffle',
    optional: true,
  },
  teacher: {
    kind: 'parsed',
    brief: 'Learn from this trained ONNX classifier too',
    placeholder: 'FILE.onnx',
    parse: text('--teacher', 'a path'),
    optional: true,
  },
  distillAlpha: {
    kind: 'parsed',
    brief: "With --teacher: share of its answers in the loss, the labels' is the rest; default 0.5",
    placeholder: 'A',
    parse: decimal('--distill-alpha', { min: 0, max: 1 }),
    optional: true,
  },
  distillTemperature: {
    kind: 'parsed',
    brief: 'With --teacher: softens both answers; default 4',
    placeholder: 'T',
    parse: decimal('--distill-temperature', { min: 0, above: true }),
    optional: true,
  },
  distillFeatures: {
    kind: 'parsed',
    brief: 'With --teacher: weight of the likeness of features; default 0: off',
    placeholder: 'X',
    parse: decimal('--distill-features', { min: 0 }),
    optional: true,
  },
};
