/** Puts the models into the app and ends their workers with it. */
import { SakerError } from '@saker/spec';
import type { FastifyInstance } from 'fastify';
import fp from 'fastify-plugin';
import type { ResolvedLimits, ServeOptions } from '../options.js';
import { type ModelConfig, modelConfigSchema } from '../repository/config.js';
import { ModelRepository } from '../repository/repository.js';

declare module 'fastify' {
  interface FastifyInstance {
    /** The models. `models.started` settles when those that were there at the start are warm. */
    readonly models: ModelRepository;
  }
}

export interface InferencePluginOptions {
  readonly limits: ResolvedLimits;
  readonly options: ServeOptions;
}

export const inferencePlugin = fp(
  async (app: FastifyInstance, { limits, options }: InferencePluginOptions): Promise<void> => {
    const { model, name, metadata, watch } = options;
    const models = new ModelRepository({
      model,
      name,
      metadata,
      limits,
      configs: checkedConfigs(options.models),
      watch: watch ?? false,
      log: app.log,
      observe: (modelName, version) => app.metrics.observe(modelName, version),
    });
    app.decorate('models', models);
    app.addHook('preClose', (next) => {
      models.drain();
      next();
    });
    app.addHook('onClose', () => models.close(limits.drainTimeoutMs));
  },
  { name: 'saker-inference', dependencies: ['saker-metrics'] },
);

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
