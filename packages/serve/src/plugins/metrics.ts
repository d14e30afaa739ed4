/** GET /metrics for Prometheus. */
import type { FastifyInstance } from 'fastify';
import fp from 'fastify-plugin';
import { LateMetrics } from '../metrics/late-metrics.js';

declare module 'fastify' {
  interface FastifyInstance {
    readonly metrics: LateMetrics;
  }
}

/** After the server is ready, or by the first inference, the library is loaded. */
const LOAD_AFTER_MS = 1_000;

export const metricsPlugin = fp(
  (app: FastifyInstance, _options: object, done: () => void) => {
    const metrics = new LateMetrics();
    app.decorate('metrics', metrics);
    app.addHook('onResponse', (_request, reply, next) => {
      metrics.answered(reply.statusCode);
      next();
    });
    let timer: NodeJS.Timeout | undefined;
    app.addHook('onReady', (next) => {
      const later = (): void => {
        timer = setTimeout(() => void metrics.load(), LOAD_AFTER_MS).unref();
      };
      void app.models.started.then(later, () => undefined);
      next();
    });
    app.addHook('preClose', (next) => {
      clearTimeout(timer);
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
