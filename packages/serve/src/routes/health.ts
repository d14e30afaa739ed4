/** GET /healthz (alive), /readyz (takes traffic), /model (what is served). */
import { SakerError } from '@saker/spec';
import type { FastifyInstance } from 'fastify';

export function healthRoutes(app: FastifyInstance, _options: object, done: () => void): void {
  const open = { config: { scope: 'public' } } as const;
  app.get('/healthz', open, () => ({ status: 'alive' }));

  app.get('/readyz', open, () => {
    const { ready, workers } = app.inference.state();
    if (app.inference.draining) throw new SakerError('E_SHUTTING_DOWN');
    // After start-up one warm worker is enough: a worker being replaced must not take the whole server out.
    if (!app.inference.info || ready === 0) throw new SakerError('E_NOT_READY');
    return { status: 'ready', workers: { ready, total: workers } };
  });

  app.get('/model', () => {
    const { info } = app.inference;
    if (!info) throw new SakerError('E_NOT_READY');
    const { labels, ...rest } = info;
    return { name: app.model.name, hash: app.model.hash, ...rest, numClasses: labels.length, labels };
  });
  done();
}
