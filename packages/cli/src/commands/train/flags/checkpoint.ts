import type { FlagParametersForType } from '@stricli/core';
import type { CliContext } from '../../../context.js';
import { decimal, integer, text } from '../../../flags/parse.js';

/** Flags of `saker train`: saved state. */
export interface CheckpointFlags {
  readonly resume?: string;
  readonly checkpointSteps?: number;
  readonly checkpointSeconds?: number;
}

export const checkpointFlags: FlagParametersForType<CheckpointFlags, CliContext> = {
  resume: {
    kind: 'parsed',
    brief: 'Go on with a run that was stopped or killed: its .run folder; needs no other flag',
    placeholder: 'RUN',
    parse: text('--resume', 'the .run folder of a run'),
    optional: true,
  },
  checkpointSteps: {
    kind: 'parsed',
    brief: 'Save the state of the run every so many steps, not only after epochs',
    placeholder: 'N',
    parse: integer('--checkpoint-steps', { min: 1 }),
    optional: true,
  },
  checkpointSeconds: {
    kind: 'parsed',
    brief: 'Save the state of the run when so many seconds have passed; default 120',
    placeholder: 'T',
    parse: decimal('--checkpoint-seconds', { min: 0 }),
    optional: true,
  },
};
