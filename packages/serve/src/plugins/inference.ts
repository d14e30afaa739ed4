/** Puts the worker pool into the app and ends it with the app. */
import type { FastifyInstance } from 'fastify';
import fp from 'fastify-plugin';
import type { LoadedModel } from '../inference/model-file.js';
import { InferencePool } from '../inference/pool.js';
import type { ResolvedLimits } from '../options.js';

declare module 'fastify' {
  interface FastifyInstance {
    /** The worker pool. `inference.started` settles when every worker is warm. */
    readonly inference: InferencePool;
    readonly model: LoadedModel;
  }
}

export interface InferencePluginOptions {
  readonly limits: ResolvedLimits;
  readonly model: LoadedModel;
}

export const inferencePlugin = fp(
  (app: FastifyInstance, { limits, model }: InferencePluginOptions, done: () => void) => {
    const pool = new InferencePool({
      model: model.bytes,
      file: model.name,
      metadata: model.metadata,
      workers: limits.workers,
      threads: limits.threads,
      maxPixels: limits.maxPixels,
      maxQueue: limits.maxQueue,
      timeoutMs: limits.timeoutMs,
      hangMs: limits.hangMs,
      onWorkerDied: (error) => app.log.error({ err: error.cause ?? error, code: error.code }, 'worker ended'),
    });
    app.decorate('inference', pool);
    app.decorate('model', model);
    app.addHook('preClose', (next) => {
      pool.drain();
      next();
    });
    app.addHook('onClose', () => pool.close(limits.drainTimeoutMs));
    done();
  },
  { name: 'saker-inference' },
);
