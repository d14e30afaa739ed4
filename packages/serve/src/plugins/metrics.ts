/** GET /metrics for Prometheus. */
import type { FastifyInstance } from 'fastify';
import fp from 'fastify-plugin';
import { Metrics } from '../metrics/metrics.js';

declare module 'fastify' {
  interface FastifyInstance {
    readonly metrics: Metrics;
  }
}

export const metricsPlugin = fp(
  (app: FastifyInstance, _options: object, done: () => void) => {
    const metrics = new Metrics();
    app.decorate('metrics', metrics);
    app.addHook('onResponse', (_request, reply, next) => {
      metrics.answered(reply.statusCode);
      next();
    });
    app.get('/metrics', { config: { scope: 'metrics' } }, async (_request, reply) => {
      const { type, body } = await metrics.text(app.models);
      return reply.type(type).send(body);
    });
    done();
  },
  { name: 'saker-metrics' },
);
