/** Puts the models into the app as the Open Inference Protocol sees them. */
import type { FastifyInstance } from 'fastify';
import fp from 'fastify-plugin';
import { poolModels } from '../oip/pool-models.js';
import type { ServedModels } from '../oip/served-models.js';

declare module 'fastify' {
  interface FastifyInstance {
    /** The models, for REST and gRPC alike. */
    readonly protocol: ServedModels;
  }
}

export const protocolPlugin = fp(
  (app: FastifyInstance, _options: object, done: () => void) => {
    app.decorate('protocol', poolModels(app));
    done();
  },
  { name: 'saker-protocol', dependencies: ['saker-inference'] },
);
