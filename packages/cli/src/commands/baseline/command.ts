import { buildCommand } from '@stricli/core';
import type { CliContext } from '../../context.js';
import { type CommonFlags, commonFlags, examples } from '../../flags/common.js';
import { dataArgument } from '../../flags/data.js';
import { type FindFlags, findFlags } from '../train/flags/find.js';

export interface BaselineFlags extends CommonFlags, FindFlags {}

export const baselineCommand = buildCommand<BaselineFlags, [data?: string], CliContext>({
  loader: async () => (await import('./run.js')).baseline,
  parameters: {
    positional: { kind: 'tuple', parameters: [dataArgument] },
    flags: { ...findFlags, ...commonFlags },
  },
  docs: {
    brief: 'Measure what is easily had: majority class, logistic regression, a small network',
    customUsage: ['DATA [--model FILE.onnx] [flags]'],
    fullDescription: examples(
      'Scores on the validation pictures that train would take: what class frequencies alone give (always the most ' +
        'frequent class); logistic regression on the frozen features of --model (without one, on the picture at 16 x 16), ' +
        'for several labels a picture one label against the rest; small_cnn trained from new. By accuracy, with --task ' +
        'multi by mAP, with binary by ROC AUC. A result that does not beat these is none.',
      [
        'saker baseline photos',
        'saker baseline photos --model backbone.onnx --mean 0.5 --std 0.5 --json',
        'saker baseline labels.csv --task multi --model backbone.onnx',
      ],
    ),
  },
});
