import { buildCommand } from '@stricli/core';
import type { CliContext } from '../../context.js';
import { type CommonFlags, commonFlags, examples } from '../../flags/common.js';
import { type MetadataFlags, metadataFlags } from '../../flags/metadata-flags.js';
import { integer, text } from '../../flags/parse.js';
import { type TtaFlags, ttaFlags } from '../../flags/tta.js';

export interface PredictFlags extends CommonFlags, MetadataFlags, TtaFlags {
  readonly topK: number;
}

export const predictCommand = buildCommand<PredictFlags, string[], CliContext>({
  loader: async () => (await import('./run.js')).predict,
  parameters: {
    positional: {
      kind: 'array',
      minimum: 2,
      parameter: {
        placeholder: 'MODEL FILE...',
        brief: 'The .onnx file, then pictures, folders of pictures or tars',
        parse: text('MODEL and FILE', 'a path'),
      },
    },
    flags: {
      topK: {
        kind: 'parsed',
        brief: 'Classes listed for each picture',
        placeholder: 'K',
        parse: integer('--top-k', { min: 1 }),
        default: '5',
      },
      ...ttaFlags,
      ...metadataFlags,
      ...commonFlags,
    },
  },
  docs: {
    brief: 'Classify pictures',
    customUsage: ['MODEL FILE... [flags]'],
    fullDescription: examples(
      'Classifies pictures with a trained model. A file that cannot be read gets a row with its error and does ' +
        'not stop the others; the exit code is 0 when at least one picture was classified.',
      [
        'saker predict model.onnx photo.jpg',
        'saker predict model.onnx folder --top-k 3 --json',
        'saker predict imagenet.onnx photo.jpg --size 224 --mean 0.5 --std 0.5 --labels classes.txt',
      ],
    ),
  },
});
