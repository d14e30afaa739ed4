import { defineErrors, entry } from './define.js';

/** Training, and everything that is left. */
export const runErrors = defineErrors({
  E_TRAIN_DIVERGED: entry(
    'The loss became {loss} at step {step}, learning rate {lr}; the greatest {what} is {value} in {layer}{diagnosis}.',
    'Lower --lr (a tenth is a good try), lengthen the warm-up, or check the normalisation; the best model and the last checkpoint are kept.{advice}',
    500,
    8,
  ),
  E_TRAIN_MEMORY: entry(
    'Training ran out of memory at step {step} with batches of {batch} pictures: {detail}.',
    '{advice} The best model and the last checkpoint are kept.',
    500,
    8,
  ),
  E_TRAIN_NO_PARAMETERS: entry(
    'No parameter is trainable: {detail}.',
    'Unfreeze at least one parameter.',
    400,
    8,
  ),
  E_CHECKPOINT_NOT_FOUND: entry(
    'Expected the folder of a training run, such as model.run, received {run}: it holds no checkpoint.',
    'Give the .run folder beside the model file; a run without one has to be started again.',
    404,
    3,
  ),
  E_CHECKPOINT_INVALID: entry(
    '{file} cannot be resumed: {detail}.',
    'Give the .run folder of a run that this version of Saker wrote.',
    400,
    8,
  ),
  E_CHECKPOINT_MISMATCH: entry(
    '{run} belongs to another run: {detail}.',
    'Resume with the same data, model and settings (saker train --resume RUN needs no other flag), or start anew without --resume.',
    409,
    8,
  ),
  E_MLFLOW_FAILED: entry(
    'The MLflow server did not take the log: {detail}.',
    'Check MLFLOW_TRACKING_URI and run the command again; {file} keeps what is left.',
    502,
    8,
  ),
  E_CALLBACK_FAILED: entry(
    "The callback '{name}' failed in {where}: {detail}.",
    'Correct the callback; the best model so far is kept.',
    500,
    8,
  ),
  E_ENGINE_ARGUMENT: entry('The training engine was called wrongly: {detail}.', 'Correct the call.', 400, 8),
  E_CLOSED: entry('{what} is closed.', 'Make a new one.', 500, 1),
  E_BUSY: entry('{what} is busy: {detail}.', 'Wait for the running call to end.', 409, 1),
  E_CANCELLED: entry('{what} was cancelled.', 'Run it again to finish.', 499, 130),
  E_MEMORY: entry(
    'Not enough memory: {detail}.',
    'Use smaller pictures, a smaller batch or fewer threads.',
    500,
    1,
  ),
  E_INTERNAL: entry(
    'Something failed inside Saker: {detail}.',
    'Please report it with the command that caused it.',
    500,
    70,
  ),
});
