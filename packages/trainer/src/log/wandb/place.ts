/** Where an offline run lies and what it is called, by the variables that wandb reads. */
import { randomInt } from 'node:crypto';
import { basename, dirname, join } from 'node:path';
import { SakerError } from '@saker/spec';

export interface WandbPlace {
  readonly runId: string;
  /** wandb/offline-run-DATE_TIME-ID/run-ID.wandb. */
  readonly file: string;
  /** Empty: what the server or `wandb sync` chooses. */
  readonly entity: string;
  readonly project: string;
  readonly name: string;
}

export interface WandbPlaceOptions {
  /** Path of the run's model without `.onnx`. */
  readonly base: string;
  /** Project; default: WANDB_PROJECT. */
  readonly experiment?: string | undefined;
  /** Default: WANDB_NAME, else the model file's name. */
  readonly runName?: string | undefined;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Milliseconds since 1970. */
  readonly now: number;
}

const LETTERS = 'abcdefghijklmnopqrstuvwxyz0123456789';
/** What W&B refuses in an id. */
const REFUSED = /[/\\#?%:]/;

const randomId = (): string => Array.from({ length: 8 }, () => LETTERS[randomInt(LETTERS.length)]).join('');

/** 20261129_032848, local time as wandb has it. */
function stamp(now: number): string {
  const d = new Date(now);
  const two = (n: number): string => String(n).padStart(2, '0');
  const date = `${d.getFullYear()}${two(d.getMonth() + 1)}${two(d.getDate())}`;
  return `${date}_${two(d.getHours())}${two(d.getMinutes())}${two(d.getSeconds())}`;
}

/**
 * The run's folder is made in WANDB_DIR, else beside the model, where `wandb sync` looks for `wandb/`.
 * @throws SakerError E_ARG_INVALID for a WANDB_RUN_ID that is none.
 */
export function wandbPlace({ base, experiment, runName, environment, now }: WandbPlaceOptions): WandbPlace {
  const runId = environment.WANDB_RUN_ID || randomId();
  if (REFUSED.test(runId) || runId.length > 128)
    throw new SakerError('E_ARG_INVALID', {
      name: 'WANDB_RUN_ID',
      expected: 'at most 128 characters without / \\ # ? % :',
      received: runId,
    });
  const folder = join(environment.WANDB_DIR || dirname(base), 'wandb', `offline-run-${stamp(now)}-${runId}`);
  return {
    runId,
    file: join(folder, `run-${runId}.wandb`),
    entity: environment.WANDB_ENTITY ?? '',
    project: experiment ?? environment.WANDB_PROJECT ?? '',
    name: runName ?? (environment.WANDB_NAME || basename(base)),
  };
}
