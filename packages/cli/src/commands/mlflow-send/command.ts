import { buildCommand } from '@stricli/core';
import type { CliContext } from '../../context.js';
import { type CommonFlags, commonFlags, examples } from '../../flags/common.js';
import { text } from '../../flags/parse.js';

export const mlflowSendCommand = buildCommand<CommonFlags, [file: string], CliContext>({
  loader: async () => (await import('./run.js')).mlflowSend,
  parameters: {
    positional: {
      kind: 'tuple',
      parameters: [
        {
          brief: 'File that a run left, such as model.mlflow.jsonl',
          placeholder: 'FILE',
          parse: text('FILE', 'a path'),
        },
      ],
    },
    flags: commonFlags,
  },
  docs: {
    brief: 'Send an MLflow server what a run could not',
    fullDescription: examples(
      'A run with --log mlflow keeps what its server did not take in a file beside the model. This sends it and removes ' +
        'the file. The server is named as for the run: MLFLOW_TRACKING_URI, and MLFLOW_TRACKING_TOKEN or ' +
        'MLFLOW_TRACKING_USERNAME with MLFLOW_TRACKING_PASSWORD.',
      [
        'saker mlflow-send model.mlflow.jsonl',
        'MLFLOW_TRACKING_URI=http://127.0.0.1:5000 saker mlflow-send model.mlflow.jsonl',
      ],
    ),
  },
});
