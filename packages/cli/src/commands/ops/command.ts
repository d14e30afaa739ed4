import { buildCommand } from '@stricli/core';
import type { CliContext } from '../../context.js';
import { type CommonFlags, commonFlags, examples } from '../../flags/common.js';
import { text } from '../../flags/parse.js';

export const opsCommand = buildCommand<CommonFlags, [name?: string], CliContext>({
  loader: async () => (await import('./run.js')).ops,
  parameters: {
    positional: {
      kind: 'tuple',
      parameters: [
        {
          placeholder: 'NAME',
          brief: 'A transform or a preset; all of them when it is left out',
          parse: text('NAME', 'the name of a transform'),
          optional: true,
        },
      ],
    },
    flags: commonFlags,
  },
  docs: {
    brief: 'Show the transforms and presets of pipelines',
    fullDescription: examples(
      'Lists every transform, or shows one with its parameters, ranges, defaults, formula and promise, straight from ' +
        'its declaration. The name of a preset shows its pipeline as JSON, a good start for a file of your own.',
      ['saker ops', 'saker ops RandomResizedCrop', 'saker ops train224-jitter', 'saker ops --json'],
    ),
  },
});
