import { buildCommand } from '@stricli/core';
import type { CliContext } from '../../context.js';
import { type CommonFlags, commonFlags, examples } from '../../flags/common.js';

export const doctorCommand = buildCommand<CommonFlags, [], CliContext>({
  loader: async () => (await import('./run.js')).doctor,
  parameters: { flags: commonFlags },
  docs: {
    brief: 'Show what is installed and what runs here',
    fullDescription: examples(
      'Shows the versions of Saker and Node, the SIMD target and codecs of the native core, libtorch, ONNX Runtime, ' +
        'and CUDA or why it is not used. Exits with 6 when training or inference cannot run here.',
      ['saker doctor', 'saker doctor --json'],
    ),
  },
});
