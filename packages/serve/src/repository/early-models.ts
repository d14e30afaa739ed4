/** Models that load while the app around them is still being loaded and built. */
import { SakerError } from '@saker/spec';
import type { PoolObserver } from '../inference/statistics.js';
import type { ResolvedLimits, ServeOptions } from '../options.js';
import { type ModelConfig, modelConfigSchema } from './config.js';
import { ModelRepository } from './repository.js';
import type { ModelLog } from './served-model.js';

/** What the app adds once it exists. */
export interface ModelHooks {
  readonly log: ModelLog;
  readonly observe: (name: string, version: string) => PoolObserver;
}

export interface EarlyModels {
  readonly models: ModelRepository;
  /** From now on the models tell these; what they had to log before is told at once. */
  attach(hooks: ModelHooks): void;
}

/**
 * Starts to load the models. `models.begun` settles when their workers have been started.
 * @throws SakerError E_ARG_INVALID; as ModelRepository.
 */
export function openModels(options: ServeOptions, limits: ResolvedLimits): EarlyModels {
  const { model, name, metadata, watch = false } = options;
  const log = new HeldLog();
  let hooks: ModelHooks | null = null;
  const observe = (of: string, version: string): PoolObserver => {
    let own: PoolObserver | undefined;
    const observer = (): PoolObserver | undefined => {
      own ??= hooks?.observe(of, version);
      return own;
    };
    return {
      onRequest: (end, ms) => observer()?.onRequest(end, ms),
      onBatch: (outcomes, ms) => observer()?.onBatch(outcomes, ms),
    };
  };
  const configs = checkedConfigs(options.models);
  const models = new ModelRepository({ model, name, metadata, limits, configs, watch, log, observe });
  return {
    models,
    attach: (given) => {
      hooks = given;
      log.open(given.log);
    },
  };
}

/** Holds lines until there is a log. */
class HeldLog implements ModelLog {
  #log: ModelLog | null = null;
  #held: ((log: ModelLog) => void)[] = [];

  info(fields: object, message: string): void {
    this.#tell((log) => log.info(fields, message));
  }

  error(fields: object, message: string): void {
    this.#tell((log) => log.error(fields, message));
  }

  open(log: ModelLog): void {
    this.#log = log;
    for (const line of this.#held) line(log);
    this.#held = [];
  }

  #tell(line: (log: ModelLog) => void): void {
    if (this.#log) line(this.#log);
    else this.#held.push(line);
  }
}

function checkedConfigs(given: ServeOptions['models'] = {}): Record<string, ModelConfig> {
  return Object.fromEntries(
    Object.entries(given).map(([model, config]) => {
      const checked = modelConfigSchema.safeParse(config);
      if (checked.success) return [model, checked.data];
      const issue = checked.error.issues[0];
      const name = ['models', model, ...(issue?.path ?? [])].join('.');
      throw new SakerError('E_ARG_INVALID', {
        name,
        expected: issue?.message ?? 'a valid value',
        received: 'another value',
      });
    }),
  );
}
