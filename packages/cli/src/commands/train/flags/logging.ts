import { LOGGERS } from '@saker/spec';
import type { FlagParametersForType } from '@stricli/core';
import type { CliContext } from '../../../context.js';
import { integer, text } from '../../../flags/parse.js';

/** Flags of `saker train`: what is told of a run while it trains. */
export interface LoggingFlags {
  readonly log?: readonly (typeof LOGGERS)[number][];
  readonly logDir?: string;
  readonly experiment?: string;
  readonly runName?: string;
  readonly report?: boolean;
  readonly gradientReport?: number;
}

/** Steps between two reports when the flag has no number. */
const REPORT_EVERY = 50;
const reportEvery = integer('--gradient-report', { min: 0, max: 1_000_000 });

export const loggingFlags: FlagParametersForType<LoggingFlags, CliContext> = {
  log: {
    kind: 'enum',
    values: LOGGERS,
    variadic: ',',
    brief:
      'Loggers beside the JSON-lines log; mlflow wants MLFLOW_TRACKING_URI in the environment, wandb writes an offline run',
    optional: true,
  },
  logDir: {
    kind: 'parsed',
    brief: "Folder of TensorBoard's event files; default: beside the model, model.tensorboard",
    placeholder: 'DIR',
    parse: text('--log-dir', 'a path'),
    optional: true,
  },
  experiment: {
    kind: 'parsed',
    brief: "Experiment of MLflow, default: 'Default'; project of W&B",
    placeholder: 'NAME',
    parse: text('--experiment', 'a name'),
    optional: true,
  },
  runName: {
    kind: 'parsed',
    brief: "Name of MLflow's or W&B's run; default: the model file's",
    placeholder: 'NAME',
    parse: text('--run-name', 'a name'),
    optional: true,
  },
  report: {
    kind: 'boolean',
    brief: 'Write report.html into the .run folder beside the model, after epochs and at the end; default on',
    optional: true,
    withNegated: true,
  },
  gradientReport: {
    kind: 'parsed',
    brief: `Report on the gradients of every layer each N steps (without N: ${REPORT_EVERY}), warn of what is wrong`,
    placeholder: 'N',
    parse: (input) => (input === '' ? REPORT_EVERY : reportEvery(input)),
    inferEmpty: true,
    optional: true,
  },
};
