import { buildCommand } from '@stricli/core';
import type { CliContext } from '../../context.js';
import { type CommonFlags, commonFlags, examples } from '../../flags/common.js';
import { type MetadataFlags, metadataFlags } from '../../flags/metadata-flags.js';
import { text } from '../../flags/parse.js';
import { type TtaFlags, ttaFlags } from '../../flags/tta.js';

export interface EvaluateFlags extends CommonFlags, MetadataFlags, TtaFlags {
  readonly split?: 'train' | 'val' | 'test' | 'all';
  readonly report?: string;
}

export const evaluateCommand = buildCommand<EvaluateFlags, [model: string, data: string], CliContext>({
  loader: async () => (await import('./run.js')).evaluate,
  parameters: {
    positional: {
      kind: 'tuple',
      parameters: [
        { placeholder: 'MODEL', brief: 'The .onnx file', parse: text('MODEL', 'a path') },
        { placeholder: 'DATA', brief: 'Labelled pictures, as for train', parse: text('DATA', 'a path') },
      ],
    },
    flags: {
      split: {
        kind: 'enum',
        values: ['train', 'val', 'test', 'all'],
        brief: 'Part of the data; default: test, else val, else all there is',
        optional: true,
      },
      report: {
        kind: 'parsed',
        brief: 'Folder for the HTML report: matrix, curves, worst mistakes',
        placeholder: 'DIR',
        parse: text('--report', 'a path'),
        optional: true,
      },
      ...ttaFlags,
      ...metadataFlags,
      ...commonFlags,
    },
  },
  docs: {
    brief: 'Measure a model on labelled pictures',
    customUsage: ['MODEL DATA [flags]'],
    fullDescription: examples(
      'Prints accuracy, precision, recall and F1 per class, and the confusion matrix. For data without splits of ' +
        'its own, --split val and --split test repeat the split that the model was trained with, as long as the ' +
        'data is still the same.',
      [
        'saker evaluate model.onnx photos',
        'saker evaluate model.onnx photos --tta fivecrop',
        'saker evaluate model.onnx photos --split val --report report --json',
      ],
    ),
  },
});
