import type { Callback } from '../callbacks/callback.js';
import type { ResolvedConfig } from '../config/resolve.js';
import { GradientReport } from './gradients/gradient-report.js';
import type { Rectifier } from './gradients/measure.js';
import { MlflowLog } from './mlflow/mlflow-log.js';
import { mlflowServer } from './mlflow/server.js';
import { TensorBoardLog } from './tensorboard/tensorboard-log.js';
import { WandbLog } from './wandb/wandb-log.js';

/**
 * The loggers that a configuration asks for, open. The gradient report comes first: the others show what it measures.
 * @throws SakerError E_FILE_WRITE; E_ARG_INVALID without the address of an MLflow server.
 */
export async function openLoggers(
  { log, logDir, experiment, runName, gradientReport, out }: ResolvedConfig,
  environment: Readonly<Record<string, string | undefined>>,
  rectifiers: readonly Rectifier[],
  resumeStep?: number,
): Promise<Callback[]> {
  const base = out.replace(/\.onnx$/, '');
  const loggers: Callback[] = [];
  const server = log.includes('mlflow') ? mlflowServer(environment) : null;
  if (gradientReport > 0) loggers.push(new GradientReport(gradientReport, rectifiers));
  if (log.includes('tensorboard'))
    loggers.push(
      await TensorBoardLog.open({
        folder: logDir ?? `${base}.tensorboard`,
        ...(resumeStep !== undefined && { resumeStep }),
      }),
    );
  if (log.includes('wandb')) loggers.push(await WandbLog.open({ base, experiment, runName, environment }));
  if (server) loggers.push(new MlflowLog({ server, base, experiment, runName }));
  return loggers;
}
