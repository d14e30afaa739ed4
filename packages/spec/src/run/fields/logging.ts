import { z } from 'zod';

/** Where a run is told of beside its JSON-lines log. */
export const LOGGERS = ['tensorboard', 'mlflow', 'wandb'] as const;

/** Fields of a run about what is written while it trains. */
export const loggingFields = {
  /** Loggers beside the JSON-lines log, which is always written. */
  log: z.array(z.enum(LOGGERS)).default([]),
  /** TensorBoard: folder of the event files; default: beside the model, `model.tensorboard`. */
  logDir: z.string().min(1).optional(),
  /** MLflow: name of the experiment, created where there is none; default: its own, 'Default'. W&B: the project. */
  experiment: z.string().min(1).max(256).optional(),
  /** MLflow and W&B: name of the run; default: the model file's name. */
  runName: z.string().min(1).max(256).optional(),
  /** Write `report.html` into the .run folder beside the model, after epochs and at the end. */
  report: z.boolean().default(true),
  /** Steps between two reports on the gradients of every layer; 0: none. */
  gradientReport: z.number().int().min(0).max(1_000_000).default(0),
};
