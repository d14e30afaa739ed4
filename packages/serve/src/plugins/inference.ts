/** Puts the models into the app and ends their workers with it. */
import type { FastifyInstance } from 'fastify';
import fp from 'fastify-plugin';
import type { ResolvedLimits, ServeOptions } from '../options.js';
import { type EarlyModels, openModels } from '../repository/early-models.js';
import type { ModelRepository } from '../repository/repository.js';

declare module 'fastify' {
  interface FastifyInstance {
    /** The models. `models.started` settles when those that were there at the start are warm. */
    readonly models: ModelRepository;
  }
}

/**
 * The app with its models. An alias, so that whoever has this type has the declaration above too: declarations of modules
 * that are imported for nothing else are left out of the package's types.
 */
export type ServeApp = FastifyInstance;

export interface InferencePluginOptions {
  readonly limits: ResolvedLimits;
  readonly options: ServeOptions;
  /** Models that load already. */
  readonly early?: EarlyModels;
}

export const inferencePlugin = fp(
  async (app: FastifyInstance, { limits, options, early }: InferencePluginOptions): Promise<void> => {
    const { models, attach } = early ?? openModels(options, limits);
    attach({ log: app.log, observe: (name, version) => app.metrics.observe(name, version) });
    app.decorate('models', models);
    app.addHook('preClose', (next) => {
      models.drain();
      next();
    });
    app.addHook('onClose', () => models.close(limits.drainTimeoutMs));
  },
  { name: 'saker-inference', dependencies: ['saker-metrics'] },
);
