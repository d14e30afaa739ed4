import { SAKER_VERSION, SakerError } from '@saker/spec';
import { type Application, buildApplication, buildRouteMap, text_en } from '@stricli/core';
import { baselineCommand } from './commands/baseline/command.js';
import { batchFindCommand } from './commands/batch-find/command.js';
import { benchRoutes } from './commands/bench/command.js';
import { doctorCommand } from './commands/doctor/command.js';
import { evaluateCommand } from './commands/evaluate/command.js';
import { keysRoutes } from './commands/keys/command.js';
import { lrFindCommand } from './commands/lr-find/command.js';
import { mlflowSendCommand } from './commands/mlflow-send/command.js';
import { modelsRoutes } from './commands/models/command.js';
import { opsCommand } from './commands/ops/command.js';
import { predictCommand } from './commands/predict/command.js';
import { preprocessCommand } from './commands/preprocess/command.js';
import { pretrainRoutes } from './commands/pretrain/command.js';
import { serveCommand } from './commands/serve/command.js';
import { showCommand } from './commands/show/command.js';
import { trainCommand } from './commands/train/command.js';
import { tuneCommand } from './commands/tune/command.js';
import type { CliContext } from './context.js';
import { argumentError, unknownCommand } from './errors.js';

const routes = {
  train: trainCommand,
  pretrain: pretrainRoutes,
  'lr-find': lrFindCommand,
  'batch-find': batchFindCommand,
  tune: tuneCommand,
  models: modelsRoutes,
  baseline: baselineCommand,
  'mlflow-send': mlflowSendCommand,
  evaluate: evaluateCommand,
  predict: predictCommand,
  serve: serveCommand,
  keys: keysRoutes,
  show: showCommand,
  preprocess: preprocessCommand,
  ops: opsCommand,
  bench: benchRoutes,
  doctor: doctorCommand,
};

/** The commands, in the order in which they are used; those of a group with the group's name before them. */
export const COMMAND_NAMES: readonly string[] = Object.entries(routes).flatMap(([name, target]) =>
  'getAllEntries' in target
    ? target.getAllEntries().map((entry) => `${name} ${entry.name.original}`)
    : [name],
);

/**
 * The application. `fail` receives every error that ends a run and returns the text to print for it.
 * Commands are loaded when they run, so `saker --help` opens no native code.
 */
export function buildApp(fail: (error: SakerError) => string): Application<CliContext> {
  const root = buildRouteMap<string, CliContext>({
    routes,
    docs: {
      brief: 'Photos in, served classifier out.',
      fullDescription: [
        'Saker trains, evaluates and serves image classifiers. Every command has --help and --json.',
        '',
        '  saker train photos --model resnet18 --out model.onnx',
        '  saker evaluate model.onnx photos --report report',
        '  saker serve model.onnx',
      ].join('\n'),
    },
  });
  const thrown = (exc: unknown): string => fail(SakerError.from(exc));
  return buildApplication<CliContext>(root, {
    name: 'saker',
    versionInfo: { currentVersion: SAKER_VERSION },
    scanner: { caseStyle: 'allow-kebab-for-camel', allowArgumentEscapeSequence: true },
    // The flags of a command stand in its own help; all of them in one list help nobody.
    documentation: { disableAnsiColor: true, onlyRequiredInUsageLine: true },
    localization: {
      text: {
        ...text_en,
        exceptionWhileParsingArguments: (exc) => fail(argumentError(exc)),
        noCommandRegisteredForInput: ({ input, corrections }) => fail(unknownCommand(input, corrections)),
        exceptionWhileLoadingCommandFunction: thrown,
        exceptionWhileLoadingCommandContext: thrown,
        exceptionWhileRunningCommand: thrown,
        commandErrorResult: thrown,
      },
    },
  });
}
